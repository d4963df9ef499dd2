// SPDX-License-Identifier: MIT
/* Inline functions as gcc had them before C99; compile with: -std=gnu89 */
extern inline int for_inlining(int n)
{
	return n;
}
inline int external(int n)
{
	return for_inlining(n);
}
