# SPDX-License-Identifier: MIT
# Completion for bash.  Commands and options are asked of the reclint that is typed.

# _reclint_values KIND WORD: what an argument of this kind can be.
_reclint_values()
{
	case $1 in
	*'|'*) COMPREPLY=($(compgen -W "${1//|/ }" -- "$2")) ;;
	*DIR* | *FOLDER*) compopt -o filenames; COMPREPLY=($(compgen -d -- "$2")) ;;
	*FILE* | *.facts*) compopt -o filenames; COMPREPLY=($(compgen -f -- "$2")) ;;
	RULE-ID*) COMPREPLY=($(compgen -W "$("$_reclint_program" help-rule --ids 2>/dev/null)" -- "$2")) ;;
	*) COMPREPLY=() ;;
	esac
}

_reclint()
{
	local _reclint_program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} IFS=$' \t\n'
	local prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} table kind letter long arg doc

	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		COMPREPLY=($(compgen -W "--help --version $("$_reclint_program" --list-commands 2>/dev/null | cut -f 1)" \
			-- "$cur"))
		return
	fi
	table=$("$_reclint_program" "$command" --list-options 2>/dev/null) || return
	# "--build=DIR" is three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 3 ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	# TABs that follow each other would be one separator, other control characters are not.
	while IFS=$'\x1f' read -r kind letter long arg doc; do
		if [[ $kind == option && -n $arg && ( $prev == "$long" || $prev == "$letter" ) ]]; then
			IFS=$' \t\n' _reclint_values "$arg" "$cur"
			return
		fi
	done <<<"${table//$'\t'/$'\x1f'}"
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(cut -f 2,3 <<<"$table" | grep -o -e '-[^[:space:]]*')" -- "$cur"))
	else
		arg=$(sed -n 's/^operand\t//p' <<<"$table")
		IFS=$' \t\n' _reclint_values "$arg" "$cur"
	fi
}
complete -F _reclint reclint
