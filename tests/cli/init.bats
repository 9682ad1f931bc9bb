#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern init, and what the shells make of it.
# shellcheck disable=SC2016 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	PATH=$T/prefix/bin:$T/system:/usr/bin:/bin
}

# Evaluate init's code in SHELL, then CODE.
in_shell() {
	local line
	case $1 in
	fish) line='pyvern init - fish | source' ;;
	tcsh) line='eval "`pyvern init - tcsh`"' ;;
	xonsh) line='execx($(pyvern init - xonsh))' ;;
	*) line='eval "$(pyvern init - '$1')"' ;;
	esac
	printf '%s\n' "$line" "$2" >"$T/script"
	case $1 in
	bash) run bash --norc "$T/script" ;;
	zsh) run zsh -f "$T/script" ;;
	fish) run fish --no-config "$T/script" ;;
	tcsh) run tcsh -f "$T/script" ;;
	xonsh) run xonsh --no-rc "$T/script" ;;
	*) run "$1" "$T/script" ;;
	esac
	echo "$1: $output"
}

here() { command -v "$1" >/dev/null; }

@test "the shims come first on PATH, once, and nothing else changes" {
	export PATH=/a:$PYVERN_ROOT/shims:$T/prefix/bin:/usr/bin:/bin:$PYVERN_ROOT/shims:/z
	for shell in bash dash zsh ksh mksh fish tcsh xonsh; do
		here "$shell" || continue
		in_shell "$shell" 'printenv PATH'
		[ "$output" = "$PYVERN_ROOT/shims:/a:$T/prefix/bin:/usr/bin:/bin:/z" ]
	done
}

@test "--no-push-path leaves them where they are" {
	PATH=/a:$PYVERN_ROOT/shims:$T/prefix/bin:/usr/bin:/bin
	run bash -c 'eval "$(pyvern init - --no-push-path bash)"; echo "$PATH"'
	[ "$output" = "$PATH" ]
	PATH=/a:$T/prefix/bin:/usr/bin:/bin
	run bash -c 'eval "$(pyvern init - --no-push-path bash)"; echo "$PATH"'
	[ "$output" = "$PYVERN_ROOT/shims:$PATH" ]
}

@test "a root with hostile characters is one word to every shell" {
	PYVERN_ROOT="$T/it's \$(touch $T/hacked) \`touch $T/hacked\` \\ %s & ;"
	mkdir -p "$PYVERN_ROOT/shims"
	for shell in bash dash zsh ksh mksh fish tcsh xonsh; do
		here "$shell" || continue
		in_shell "$shell" 'printenv PATH'
		[[ $output == "$PYVERN_ROOT/shims:"* ]]
		[ ! -e "$T/hacked" ]
	done
	PYVERN_ROOT="$T/a:b"
	run pyvern init - bash
	[ "$status" -eq 1 ]
	[[ $output == *"cannot be on PATH"* ]]
}

@test "shell: set, print, swap, unset" {
	for shell in bash dash zsh ksh mksh fish; do
		here "$shell" || continue
		in_shell "$shell" 'pyvern shell 3.12; printenv PYENV_VERSION; pyvern shell; python3 --version >/dev/null
pyvern shell 3.13.5 3.12; printenv PYENV_VERSION; pyvern shell -; printenv PYENV_VERSION
pyvern shell --unset; printenv PYENV_VERSION; pyvern shell; pyvern shell -; printenv PYENV_VERSION'
		is_output 3.12 3.12 3.13.5:3.12 3.12 "pyvern: no version is set for this shell" \
			"  to fix   pyvern shell VERSION" 3.12
	done
}

@test "shell: what is not installed changes nothing, and fails" {
	for shell in bash dash zsh ksh mksh; do
		here "$shell" || continue
		in_shell "$shell" 'pyvern shell 3.12; pyvern shell 3.4; echo "$? $PYENV_VERSION"'
		[ "${lines[0]}" = "pyvern: 3.4 is not installed" ]
		[ "${lines[2]}" = "1 3.12" ]
	done
	here fish || return 0
	in_shell fish 'pyvern shell 3.12; pyvern shell 3.4; echo "$status $PYENV_VERSION"'
	[ "${lines[2]}" = "1 3.12" ]
}

@test "shell takes PYVERN_VERSION, which would win, away" {
	export PYVERN_VERSION=3.13
	in_shell bash 'pyvern shell 3.12; echo "$PYENV_VERSION ${PYVERN_VERSION-unset}"; pyvern version --bare'
	is_output "3.12 unset" 3.12.1
}

@test "tcsh evaluates by an alias" {
	here tcsh || skip "no tcsh"
	in_shell tcsh 'pyvern-sh shell 3.12; printenv PYENV_VERSION; pyvern-sh shell -; printenv PYENV_VERSION; pyvern-sh shell --unset; printenv PYENV_VERSION'
	[ "${lines[0]}" = 3.12 ]
}

@test "the function passes everything else on, with its status" {
	for shell in bash dash zsh ksh mksh; do
		here "$shell" || continue
		in_shell "$shell" 'pyvern version --bare; pyvern local 3.4 2>/dev/null; echo $?; pyvern >/dev/null; echo $?; pyvern exec show "a b" ""; pyvern rehash; echo $?'
		[ "${lines[0]}" = system ]
		[ "${lines[1]}" = 3 ]
		[ "${lines[2]}" = 0 ]
	done
}

@test "without the function, shell says what is missing" {
	run pyvern shell 3.12
	[ "$status" -eq 1 ]
	[[ $output == *"pyvern init"* ]]
}

@test "nothing is written, no program is started" {
	command -v strace >/dev/null || skip "no strace"
	before=$(find "$T" -newer "$T/prefix" | sort | cksum)
	strace -f -o "$T.trace" pyvern init - bash >/dev/null || skip "strace cannot trace here"
	[ "$(grep -cE 'execve\(|clone|fork' "$T.trace")" -eq 1 ]
	[ "$(find "$T" -newer "$T/prefix" | sort | cksum)" = "$before" ]
	run ! grep -E '(spawn|\$\(|`)' <(pyvern init - bash | grep -v 'eval "\$(command')
}

@test "the shell that asks is found" {
	SHELL=/bin/none run bash -c 'pyvern init --detect-shell && :'
	[ "${lines[0]}" = PYENV_SHELL_DETECT=bash ]
	SHELL=/bin/none run dash -c 'pyvern init --detect-shell && :'
	[ "${lines[0]}" = PYENV_SHELL_DETECT=dash ]
	run bash -c 'exec -a zsh bash -c "pyvern init --detect-shell && :"'
	[ "${lines[0]}" = PYENV_SHELL_DETECT=zsh ]
	[ "${lines[2]}" = "PYENV_RC_DETECT=~/.zshrc" ]
}

@test "alone it says what to add where, and ends with 1" {
	run pyvern init bash
	[ "$status" -eq 1 ]
	[[ $output == *"~/.bashrc"*'eval "$(pyvern init -)"'* ]]
	run pyvern init nosuch
	[ "$status" -eq 2 ]
}

# PowerShell and nushell are not here to try: the code is compared.
@test "PowerShell's and nushell's code" {
	PYVERN_ROOT="$T/o’k'"
	run pyvern init - --path pwsh
	is_output "\$env:PATH = (@('$T/o’’k''/shims') + @(\$env:PATH -split [IO.Path]::PathSeparator | Where-Object { \$_ -cne '$T/o’’k''/shims' })) -join [IO.Path]::PathSeparator"
	run pyvern init - --path nu
	is_output "\$env.PATH = (\$env.PATH | where \$it != \"$T/o’k'/shims\" | prepend \"$T/o’k'/shims\")"
}

# pyenv.md 4, by name.
@test "its words stand in any order; the shell's path will do" {
	expected=$(pyvern init - --path --no-rehash bash)
	for words in "--path bash --no-rehash -" "bash - --path" "--no-rehash - --path bash" "/bin/bash --path"; do
		# shellcheck disable=SC2086 # words
		run pyvern init $words
		[ "$status" -eq 0 ]
		[ "$output" = "$expected" ]
	done
	refuses 2 "init takes one shell" pyvern init - bash zsh
	refuses 2 "powersh is no shell that we know" pyvern init - powersh
}

@test "--path: PATH only; --no-rehash: without the prompt hook, and in pyenv's face there is none" {
	run pyvern init - bash
	all=$output
	run pyvern init --no-rehash - bash
	[[ $all == "$output"*_pyvern_hook* && $output != *_pyvern_hook* ]]
	echo pyenv >"$PYVERN_ROOT/face"
	run pyvern init --no-rehash - bash
	without=$output
	run pyvern init - bash
	[ "$output" = "$without" ]
	rm "$PYVERN_ROOT/face"
	run pyvern init --path bash
	[[ $all == "$output"* && $output != *PYENV_SHELL* && $output != *"()"* ]]
}

@test "the parent's argv[0] tells the shell: a login shell, a path, a version behind a dash" {
	for name in -zsh /opt/x/zsh zsh-5.9 -zsh-5.9; do
		run bash -c "exec -a $name bash --noprofile -c 'pyvern init --detect-shell; :'"
		[ "${lines[0]}" = PYENV_SHELL_DETECT=zsh ]
	done
	# None that we know: SHELL.
	SHELL=/usr/bin/fish run bash -c "exec -a editor bash -c 'pyvern init --detect-shell; :'"
	[ "${lines[0]}" = PYENV_SHELL_DETECT=fish ]
	SHELL=/bin/none run bash -c "exec -a editor bash -c 'pyvern init -; :'"
	[[ $output == *"which shell this is cannot be told"*"pyvern init - SHELL"* ]]
}

@test "called pyenv, it makes that function, and ours" {
	ln -s "$T/prefix/bin/pyvern" "$T/system/pyenv"
	run bash -c 'eval "$(pyenv init - bash)"; type -t pyenv pyvern; pyenv shell 3.12.1; pyvern shell'
	is_output function function 3.12.1
	run bash -c 'eval "$(pyvern init - bash)"; type -t pyenv'
	[ "$output" = file ]
	# A face is no name to call by: pyenv may be somebody else.
	echo pyenv >"$PYVERN_ROOT/face"
	run bash -c 'eval "$(pyvern init - bash)"; type -t pyvern pyenv; pyvern shell 3.12.1; pyvern shell'
	is_output function file 3.12.1
}

# fish's `set -e` says 4 where there is no such variable, and that was shell's status.
@test "shell's status is 0 when all is well, in every shell" {
	for shell in bash dash zsh ksh mksh fish; do
		here "$shell" || continue
		status_word='$?'
		[ "$shell" != fish ] || status_word='$status'
		in_shell "$shell" "pyvern shell 3.12; echo $status_word; pyvern shell 3.12; echo $status_word
pyvern shell -; echo $status_word; pyvern shell --unset; echo $status_word"
		is_output 0 0 0 0
	done
}
