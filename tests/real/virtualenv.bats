#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Named environments as people meet them: in terminals (tmux), and side by side with
# pyenv-virtualenv itself, where one is on the machine.
#
# PYENV: the pyenv to compare with, else ~/.pyenv's; its plugin is beside it, in
# plugins/pyenv-virtualenv.
# shellcheck disable=SC2154,SC2016 # run sets output; other shells expand

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	pyenv=${PYENV:-$HOME/.pyenv/bin/pyenv}
	plugin=$(dirname "$(dirname "$pyenv")")/plugins/pyenv-virtualenv
	venv_setup
	versions=$PYVERN_ROOT/versions
	pyvern virtualenv -q 3.13 notes
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYENV_VIRTUALENV_INIT PROMPT_COMMAND TMUX
	PATH=$T/prefix/bin:/usr/bin:/bin
}

teardown() {
	[ -z "${server-}" ] || tmux -L "$server" kill-server 2>/dev/null || :
}

# Wait until the screen has TEXT, or a long time.
screen_has() {
	for _ in $(seq 150); do
		screen=$(tmux -L "$server" capture-pane -p -t shell)
		[[ $screen != *"$1"* ]] || return 0
		sleep 0.2
	done
	printf 'no "%s" on:\n%s\n' "$1" "$screen" >&2
	return 1
}

keys() {
	tmux -L "$server" send-keys -t shell "$1" Enter
}

# A terminal with SHELL, which has evaluated init's code, and a prompt "> ".
terminal() {
	# One of its own: the one before may be about to end.
	server=pyvern-$$-$1
	local code='pyvern init - --no-rehash SHELL; pyvern virtualenv-init - SHELL'
	code=${code//SHELL/$1}
	case $1 in
	bash)
		printf 'eval "$(%s)"\nPS1="> "\n' "$code" >"$T/rc"
		set -- bash --noprofile --rcfile "$T/rc" -i
		;;
	zsh)
		mkdir -p "$T/zdot"
		printf 'eval "$(%s)"\nPS1="> "\n' "$code" >"$T/zdot/.zshrc"
		set -- env ZDOTDIR="$T/zdot" zsh -d -i
		;;
	fish)
		mkdir -p "$T/config/fish"
		printf '%s\n' 'function fish_prompt; echo -n "> "; end' \
			'begin; '"$code"'; end | source' >"$T/config/fish/config.fish"
		set -- env XDG_CONFIG_HOME="$T/config" fish -i
		;;
	esac
	tmux -L "$server" -f /dev/null new-session -d -s shell -x 120 -y 40 -c "$T/project" "$@"
	screen_has ">"
}

@test "in a terminal: a prompt shows the environment where a pin chooses it" {
	command -v tmux >/dev/null || skip "no tmux"
	for shell in bash zsh fish; do
		command -v "$shell" >/dev/null || continue
		rm -f .python-version
		terminal "$shell"
		keys "pyvern local notes"
		screen_has "(notes) >"
		keys "cd /"
		keys "echo left"
		screen_has "
left
>"
		keys "pyvern activate notes; echo in \$VIRTUAL_ENV"
		screen_has "in $versions/3.13.5/envs/notes"
		screen_has "(notes) >"
		keys "pyvern deactivate"
		keys "echo status-\$status\$?"
		screen_has "status-"
		tmux -L "$server" kill-server
	done
}

# Both with the same words, on roots that are the same.
same() {
	local theirs ours
	local root=$PYVERN_ROOT
	theirs=$(PYENV_ROOT=$root PYVERN_ROOT='' "$pyenv" "$@" 2>&1 </dev/null; echo "status $?")
	ours=$("$T/our/pyenv" "$@" 2>&1 </dev/null; echo "status $?")
	[ "$theirs" != "$ours" ] || return 0
	printf '== pyenv %s\n-- theirs\n%s\n-- ours\n%s\n' "$*" "$theirs" "$ours"
	failures=$((${failures:-0} + 1))
}

@test "pyenv.md 9: the same words as pyenv-virtualenv's" {
	[ -x "$pyenv" ] && [ -d "$plugin" ] || skip "no pyenv-virtualenv is here to compare with"
	mkdir -p "$T/our" "$PYVERN_ROOT/plugins"
	ln -s "$T/prefix/bin/pyvern" "$T/our/pyenv"
	ln -s "$plugin" "$PYVERN_ROOT/plugins/pyenv-virtualenv"
	echo pyenv >"$PYVERN_ROOT/face"
	ln -s 3.13.5 "$versions/mine"
	mkdir -p "$T/elsewhere" "$versions/empty/bin"
	ln -s "$T/elsewhere" "$versions/far"
	questions() {
		same virtualenvs
		same virtualenvs --bare
		same virtualenvs --skip-aliases
		same virtualenvs --bare --skip-aliases
		same virtualenv-prefix
	}
	questions
	pin notes
	questions
	for name in notes 3.13.5/envs/notes 3.13.5 system nope empty; do same virtualenv-prefix "$name"; done
	for words in "" "3.13 system" "3.13 a/b" "3.13.5 notes" "3.4.9 x" "nope x"; do
		# shellcheck disable=SC2086 # words
		same virtualenv $words
	done
	for name in nope 3.13.5 far mine 3.13.5/envs/nope; do
		same virtualenv-delete "$name"
	done
	[ "${failures:-0}" -eq 0 ]
}
