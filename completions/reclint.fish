# SPDX-License-Identifier: MIT
# Completion for fish.  Commands and options are asked of the reclint that is typed.

function __reclint_values --argument-names kind
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    switch $kind
        case '*|*'
            string split '|' $kind
        case '*DIR*' '*FOLDER*'
            __fish_complete_directories $word
        case '*FILE*' '*.facts*'
            __fish_complete_path $word
        case 'RULE-ID*'
            set -l words (commandline -opc)
            $words[1] help-rule --ids 2>/dev/null
    end
end

function __reclint_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    if test (count $words) -eq 1
        $words[1] --list-commands 2>/dev/null
        printf '%s\n' --help --version
        return
    end
    set -l previous $words[-1]
    set -l operand
    set -l prefix
    if string match -qr '^--[^=]*=' -- $token
        set previous (string replace -r '=.*' '' -- $token)
        set prefix $previous=
    end
    for line in ($words[1] $words[2] --list-options 2>/dev/null)
        set -l f (string split \t -- $line)
        if test $f[1] = operand
            set operand $f[2]
        else if test -n "$f[4]"; and contains -- $previous $f[2] $f[3]
            for value in (__reclint_values $f[4])
                echo $prefix$value
            end
            return
        end
    end
    if string match -q -- '-*' $token
        for line in ($words[1] $words[2] --list-options 2>/dev/null)
            set -l f (string split \t -- $line)
            test $f[1] = option; or continue
            test -z "$f[2]"; or printf '%s\t%s\n' $f[2] $f[5]
            test -z "$f[3]"; or printf '%s\t%s\n' $f[3] $f[5]
        end
    else if test -n "$operand"
        __reclint_values $operand
    end
end

complete -c reclint -f -a '(__reclint_complete)'
