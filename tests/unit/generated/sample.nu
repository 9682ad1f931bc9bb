# nushell completion for pyvern, also called pyenv. Made from its tables: not to be edited.
# Untested. In config.nu: use FOLDER/pyvern.nu *

def "nu-complete pyvern commands" [context: string] {
    let first = ($context | str trim --left | split row ' ' | first)
    let program = (if $first == 'pyenv' { 'pyenv' } else { 'pyvern' })
    ^$program commands | lines
}

def "nu-complete pyvern ask" [context: string] {
    let words = ($context | str trim --left | split row --regex '\s+')
    let program = (if ($words | first) == 'pyenv' { 'pyenv' } else { 'pyvern' })
    let before = ($words | skip 1 | drop 1)
    ^$program completions ...$before | lines | where { |it| not ($it | str starts-with '--') }
}

export extern pyvern [
    command?: string@"nu-complete pyvern commands"
    --help(-h)  # show all commands
    --version(-v)  # print the version
    ...rest: string@"nu-complete pyvern ask"
]

# Make one: it's "quick"
export extern "pyvern make" [
    --force(-f)  # override: it's [quick] $(touch x)
    --python(-p): string@"nu-complete pyvern ask"  # the Python
    --prompt: string  # a text
    --help(-h)  # show how it is used
    word1?: directory
    word2?: string@"nu-complete pyvern ask"
    ...rest: path
]

# Set
export extern "pyvern set" [
    --help(-h)  # show how it is used
    word1?: string@"nu-complete pyvern ask"
    ...rest: string
]

# Nothing
export extern "pyvern plain" [
    --help(-h)  # show how it is used
    ...rest: string
]

export extern pyenv [
    command?: string@"nu-complete pyvern commands"
    --help(-h)  # show all commands
    --version(-v)  # print the version
    ...rest: string@"nu-complete pyvern ask"
]

# Make one: it's "quick"
export extern "pyenv make" [
    --force(-f)  # override: it's [quick] $(touch x)
    --python(-p): string@"nu-complete pyvern ask"  # the Python
    --prompt: string  # a text
    --help(-h)  # show how it is used
    word1?: directory
    word2?: string@"nu-complete pyvern ask"
    ...rest: path
]

# Set
export extern "pyenv set" [
    --help(-h)  # show how it is used
    word1?: string@"nu-complete pyvern ask"
    ...rest: string
]

# Nothing
export extern "pyenv plain" [
    --help(-h)  # show how it is used
    ...rest: string
]
