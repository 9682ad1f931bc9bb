#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The completion files, in the shells that they are for.
# shellcheck disable=SC2016 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	files=$T/prefix/share/pyvern/completions
	PATH=$T/prefix/bin:/usr/bin:/bin
	ln -s pyvern "$T/prefix/bin/pyenv"
	# What would be run if a shell looked at it twice.
	program 3.12.1 '$(touch hacked)' <<<'#!/bin/sh'
	program 3.12.1 '`touch hacked`' <<<'#!/bin/sh'
	program 3.12.1 'a b;touch hacked' <<<'#!/bin/sh'
	fake_version "it's"
	pyvern rehash >/dev/null 2>&1
	mkdir folder
	touch file
	mkdir -p "$PYVERN_ROOT/plugins/p/bin"
	printf '%s\n' '#!/bin/sh' '# provide pyenv completions' 'echo you' >"$PYVERN_ROOT/plugins/p/bin/pyenv-greet"
	chmod 755 "$PYVERN_ROOT/plugins/p/bin/pyenv-greet"
}

here() { command -v "$1" >/dev/null; }

@test "every file has every command and every option that help shows" {
	for command in $(pyvern commands); do
		[ "$command" != greet ] || continue
		for file in pyvern.bash zsh/_pyvern fish/pyvern.fish pyvern.ps1 pyvern.nu; do
			grep -q -- "\b$command\b" "$files/$file" || missing+=" $file:$command"
		done
		for option in $(pyvern completions "$command" | grep '^--'); do
			for file in pyvern.bash zsh/_pyvern pyvern.ps1 pyvern.nu; do
				grep -q -- "$option\b" "$files/$file" || missing+=" $file:$command:$option"
			done
			grep -q -- "__pyvern_in $command' -l ${option#--}\b" "$files/fish/pyvern.fish" ||
				missing+=" fish:$command:$option"
		done
	done
	echo "missing:${missing-}"
	[ -z "${missing-}" ]
}

@test "they are where each shell looks, and for both names" {
	cmp "$files/pyvern.bash" "$T/prefix/share/bash-completion/completions/pyvern"
	cmp "$files/zsh/_pyvern" "$T/prefix/share/zsh/site-functions/_pyvern"
	cmp "$files/fish/pyvern.fish" "$T/prefix/share/fish/vendor_completions.d/pyvern.fish"
	# A distribution's pyenv has files of these names.
	[ ! -e "$T/prefix/share/bash-completion/completions/pyenv" ]
	[ ! -e "$T/prefix/share/fish/vendor_completions.d/pyenv.fish" ]
}

# What bash offers for the words, the last one being typed.
bash_offers() {
	run bash --norc -c '
		shopt -u patsub_replacement 2>/dev/null
		. "$0/pyvern.bash"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_pyvern 2>/dev/null
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' "$files" "$@"
	echo "$*: $output"
	[ ! -e hacked ]
}

@test "bash: commands, options, versions, words" {
	bash_offers pyvern loc
	is_output local
	bash_offers pyvern g
	is_output gc global greet
	bash_offers pyvern --v
	is_output --version
	bash_offers pyvern local ''
	is_output system 3.12.1 3.13.5 "it\\'s"
	bash_offers pyenv local 3.1
	is_output 3.12.1 3.13.5
	bash_offers pyvern shims --
	is_output --help --short
	bash_offers pyvern local 3.12.1 3.13
	is_output 3.13.5
	bash_offers pyvern venv -p 3.12
	is_output 3.12.1
	# bash makes three words of it.
	bash_offers pyvern venv --python = 3.12
	is_output 3.12.1
	bash_offers pyvern venv --python =
	is_output 3.12.1 3.13.5 "it\\'s"
	bash_offers pyvern venv --python = 3.12 --pr
	is_output --prompt
	bash_offers pyvern config ''
	is_output list get set unset
	bash_offers pyvern config get ''
	has_line face
	bash_offers pyvern init ba
	is_output bash
	bash_offers pyvern exec --h
	is_output --help
	bash_offers pyvern exec pip --h
	[ "$output" = "" ]
	bash_offers pyvern greet ''
	is_output you
	bash_offers pyvern greet --
	is_output --help
	bash_offers pyvern nope ''
	[ "$output" = "" ]
}

@test "bash: names are literals, whatever they are" {
	bash_offers pyvern which '$'
	is_output '\$\(touch\ hacked\)'
	bash_offers pyvern which '\$'
	is_output '\$\(touch\ hacked\)'
	bash_offers pyvern which 'a'
	is_output 'a\ b\;touch\ hacked'
	bash_offers pyvern which '$(touch hacked)'
	is_output '\$\(touch\ hacked\)'
	bash_offers '$(touch hacked)' which 'b'
	bash_offers pyvern 'local;touch hacked' ''
	bash_offers pyvern '*,1' ''
}

@test "bash, interactive: the file is read when it is first asked for" {
	here tmux || skip "no tmux"
	printf '%s\n' 'PS1="% "' 'eval "$(pyvern init - bash)"' >"$T/bashrc"
	run bash --rcfile "$T/bashrc" -i -c 'complete -p pyvern; declare -F _pyvern || echo not read' </dev/null
	[[ $output == *"-F _pyvern_load pyvern"*"not read"* ]]
	type_in "bash --rcfile $T/bashrc -i" 'echo start; pyvern loc' Tab '3.13' Tab
	[[ $screen == *"pyvern local 3.13.5"* ]]
	type_in "bash --rcfile $T/bashrc -i" 'pyvern venv fol' Tab
	[[ $screen == *"pyvern venv folder/"* ]]
	type_in "bash --rcfile $T/bashrc -i" 'pyvern repair fol' Tab
	[[ $screen == *"pyvern repair folder/"* ]]
	type_in "bash --rcfile $T/bashrc -i" 'pyvern repair 3.13' Tab
	[[ $screen == *"pyvern repair 3.13.5"* ]]
}

# Type the words of tmux's send-keys into COMMAND on a terminal of its own; $screen is
# what is seen then.
type_in() { # COMMAND WORD...
	local i socket last=''
	# The server of the last time may be leaving still.
	socket=$T/tmux-$((++typed))
	tmux -S "$socket" new-session -d -x 100 -y 80 "env HOME=$HOME PYVERN_ROOT=$PYVERN_ROOT PATH=$PATH $1"
	for ((i = 0; i < 50; i++)); do
		tmux -S "$socket" capture-pane -p | grep -q '^%' && break
		sleep 0.1
	done
	for ((i = 2; i <= $#; i++)); do
		tmux -S "$socket" send-keys "${!i}"
		sleep 0.3
	done
	# Until it stands still.
	for ((i = 0; i < 30; i++)); do
		screen=$(tmux -S "$socket" capture-pane -p)
		[ "$screen" != "$last" ] || break
		last=$screen
		sleep 0.3
	done
	tmux -S "$socket" kill-server
	echo "$screen"
}

fish_offers() {
	run fish --no-config -c "source $files/fish/pyvern.fish; source $files/fish/pyenv.fish; complete -C '$1'"
	echo "$1: $output"
	[ ! -e hacked ]
}

@test "fish: commands and options with what they do, versions, words, folders" {
	here fish || skip "no fish"
	fish_offers 'pyvern loc'
	is_output $'local\tShow or set the versions of this folder'
	fish_offers 'pyvern gr'
	is_output $'greet\ta plugin'
	fish_offers 'pyvern local --u'
	is_output $'--unset\tremove the pin of this folder'
	fish_offers 'pyvern local '
	is_output 3.12.1 3.13.5 "it's" system
	fish_offers 'pyenv local 3.1'
	is_output 3.12.1 3.13.5
	fish_offers 'pyenv loc'
	[[ $output == local* ]]
	fish_offers 'pyvern venv -p 3.12'
	[[ $output == 3.12.1$'\t'* ]]
	fish_offers 'pyvern venv --python=3.12'
	[[ $output == --python=3.12.1$'\t'* ]]
	fish_offers 'pyvern venv --prompt '
	[ "$output" = "" ]
	fish_offers 'pyvern venv f'
	[[ $output == folder/* && $output != *file* ]]
	fish_offers 'pyvern repair '
	has_line 3.13.5
	[[ $output == *folder/* && $output != *file* ]]
	fish_offers 'pyvern config g'
	is_output get
	fish_offers 'pyvern config get fa'
	is_output face
	fish_offers 'pyvern config get face '
	[ "$output" = "" ]
	fish_offers 'pyvern exec pip fi'
	is_output file
	fish_offers 'pyvern greet '
	is_output you
	fish_offers 'pyvern root '
	[ "$output" = "" ]
	fish_offers 'pyvern which a'
	has_line 'a b;touch hacked'
	fish_offers 'pyvern which '
	has_line '$(touch hacked)'
}

@test "fish: init lets it find them" {
	here fish || skip "no fish"
	run fish --no-config -c 'pyvern init - fish | source; complete -C "pyvern loc"; count $fish_complete_path >before
		pyvern init - fish | source; count $fish_complete_path | cmp - before'
	is_output $'local\tShow or set the versions of this folder'
}

zsh_screen() { # KEYS...
	mkdir -p "$T/zdot"
	printf '%s\n' 'PS1="%% "' "$zsh_start" "cd $PWD" >"$T/zdot/.zshrc"
	type_in "ZDOTDIR=$T/zdot TERM=dumb zsh -i" "$@"
	[ ! -e hacked ]
}

@test "zsh: commands and options with what they do, versions, folders" {
	here zsh && here tmux || skip "no zsh, or no tmux to type in"
	zsh_start="fpath=($T/prefix/share/zsh/site-functions \$fpath); autoload -U compinit; compinit -u -d $T/dump"
	zsh_screen 'pyvern loc' Tab '3.13' Tab
	[[ $screen == *"pyvern local 3.13.5"* ]]
	zsh_screen 'pyvern venv --' Tab Tab
	[[ $screen == *"--without-pip"*"leave it empty"* ]]
	zsh_screen 'pyvern ' Tab Tab
	[[ $screen == *"local "*"-- Show or set the versions of this folder"* ]]
	[[ $screen == *greet* ]]
	zsh_screen 'pyenv local --un' Tab
	[[ $screen == *"pyenv local --unset"* ]]
	zsh_screen 'pyvern venv -p 3.12' Tab
	[[ $screen == *"pyvern venv -p 3.12.1"* ]]
	zsh_screen 'pyvern venv --python=3.12' Tab
	[[ $screen == *"pyvern venv --python=3.12.1"* ]]
	zsh_screen 'pyvern venv fo' Tab
	[[ $screen == *"pyvern venv folder/"* ]]
	zsh_screen 'pyvern repair fo' Tab
	[[ $screen == *"pyvern repair folder/"* ]]
	zsh_screen 'pyvern repair 3.13' Tab
	[[ $screen == *"pyvern repair 3.13.5"* ]]
	zsh_screen 'pyvern exec echo fi' Tab
	[[ $screen == *"pyvern exec echo file"* ]]
	zsh_screen 'pyvern greet ' Tab
	[[ $screen == *"pyvern greet you"* ]]
	zsh_screen 'pyvern which a' Tab
	[[ $screen == *'pyvern which a\ b\;touch\ hacked'* ]]
	zsh_screen 'pyvern which \$' Tab
	[[ $screen == *'pyvern which \$\(touch\ hacked\)'* ]]
}

@test "zsh: init lets it find them, before compinit or after" {
	here zsh && here tmux || skip "no zsh, or no tmux to type in"
	init='eval "$(pyvern init - zsh)"'
	compinit="autoload -U compinit; compinit -u -d $T/dump"
	for zsh_start in "$init; $compinit" "$compinit; $init" "$compinit; $init; $init"; do
		rm -f "$T/dump"
		zsh_screen 'pyvern local 3.13' Tab
		[[ $screen == *"pyvern local 3.13.5"* ]]
	done
}

@test "init prints it only where there is a file" {
	for shell in bash zsh fish pwsh; do
		run pyvern init - "$shell"
		[[ $output == *"$files"* ]]
	done
	run pyvern init - dash
	[[ $output != *"$files"* ]]
	rm -r "$files"
	for shell in bash zsh fish pwsh; do
		run pyvern init - "$shell"
		[[ $output != *completion* ]]
	done
}
