# Completion of ctick in fish. 'ctick --install-completion fish' installs it.

function __ctick_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed (string join \n -- $words | string collect --no-trim-newlines)
    set -l found (COMP_WORDS=$typed COMP_CWORD=(math (count $words) - 1) _CTICK_COMPLETE=describe $words[1] 2>/dev/null)
    set -l code $status
    # 0: these words; 1: files, too; anything else: ctick is not there.
    contains -- $code 0 1; or return
    test (count $found) = 0; or printf '%s\n' $found
    test $code = 0; or complete -C "'' "(commandline -ct)
end

complete --command ctick --no-files --keep-order --arguments '(__ctick_complete)'
