// SPDX-License-Identifier: MIT
/* A struct without a layout, for one of its members has an unknown size. */
struct broken { int first; struct nowhere inner; };
int member_of_broken(struct broken *b) { return b->first; }
int broken_by_value(struct broken b) { return b.first; }
struct broken *next_broken(struct broken *b) { return b + 1; }
