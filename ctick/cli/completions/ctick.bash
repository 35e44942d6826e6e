# Completion of ctick in bash. 'ctick --install-completion bash' installs it.

_ctick() {
    local answer code word
    local IFS=$'\n'
    COMPREPLY=()
    case "${COMP_WORDS[COMP_CWORD - 1]}" in *[\<\>]) return 0 ;; esac # a file
    answer=$(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
        _CTICK_COMPLETE=complete_bash "$1" 2>/dev/null)
    code=$?
    # 0: these words; 1: files, too; anything else: ctick is not there.
    [ "$code" = 1 ] || compopt +o default 2>/dev/null
    [ "$code" = 0 ] || [ "$code" = 1 ] || return 0
    if [ "$code" = 1 ] && [ -n "$answer" ]; then
        answer+=$'\n'$(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
        compopt -o filenames 2>/dev/null
    fi
    while IFS= read -r word; do
        [ -z "$word" ] || COMPREPLY+=("$word")
    done <<<"$answer"
}

complete -o default -o nosort -F _ctick ctick 2>/dev/null || complete -o default -F _ctick ctick
