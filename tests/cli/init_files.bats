#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern init --install, --replace, --uninstall: start-up files.
# shellcheck disable=SC2016 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	PATH=$T/prefix/bin:$T/system:/usr/bin:/bin
	unset PYENV_SHELL ZDOTDIR
}

here() { command -v "$1" >/dev/null; }

@test "bash: what is added works in a new shell, and --uninstall takes it out" {
	printf 'echo hello\n' >"$HOME/.bashrc"
	run pyvern init --install bash
	[ "$status" -eq 0 ]
	[[ $output == *'~ ~/.bashrc   3 lines added'*'~ ~/.profile   3 lines added'* ]]
	run env -i HOME="$HOME" PATH=/usr/bin:/bin bash --rcfile "$HOME/.bashrc" -i -c 'pyvern shell 3.12 && python3 --version; echo "$PATH"' </dev/null
	[[ $output == *hello*"$PYVERN_ROOT/shims:$T/prefix/bin:/usr/bin:/bin"* ]]
	run env -i HOME="$HOME" PATH=/usr/bin:/bin sh -c '. "$HOME/.profile"; echo "$PATH"'
	[ "$output" = "$PYVERN_ROOT/shims:$T/prefix/bin:/usr/bin:/bin" ]
	run pyvern init --install bash
	[[ $output == *'= ~/.bashrc   as it shall be'* ]]
	run pyvern init --uninstall
	[ "$status" -eq 0 ]
	[[ $output == *'~ ~/.bashrc   as before pyvern'* ]]
	[ "$(cat "$HOME/.bashrc")" = "echo hello" ]
	[ ! -s "$HOME/.profile" ]
	run pyvern init --uninstall
	[[ $output == *"no start-up file has lines of ours"* ]]
}

@test "each shell's own files and words, whatever the root is called" {
	PYVERN_ROOT="$T/it's \$(touch $T/hacked) \`x\` \\ !"
	mkdir -p "$PYVERN_ROOT/shims" "$HOME/.config/fish"
	for shell in bash zsh ksh mksh fish tcsh xonsh; do
		here "$shell" || continue
		run pyvern init --install "$shell"
		echo "$shell: $output"
		[ "$status" -eq 0 ]
	done
	show='printenv PYVERN_ROOT; printenv PATH'
	expected="$PYVERN_ROOT"$'\n'"$PYVERN_ROOT/shims:$T/prefix/bin:"
	clean="env -i HOME=$HOME PATH=/usr/bin:/bin TERM=dumb"
	run $clean bash --rcfile "$HOME/.bashrc" -i -c "$show" </dev/null
	[[ $output == *"$expected"* ]]
	if here zsh; then
		run $clean zsh -i -c "$show" </dev/null
		[[ $output == *"$expected"* ]]
	fi
	if here mksh; then
		run $clean mksh -c ". $HOME/.mkshrc; $show"
		[[ $output == *"$expected"* ]]
	fi
	if here fish; then
		run $clean fish -c "$show"
		[[ $output == *"$expected"* ]]
	fi
	if here tcsh; then
		run $clean tcsh -c "$show"
		[[ $output == *"$expected"* ]]
	fi
	if here xonsh; then
		printf '%s\n' 'printenv PYVERN_ROOT' 'printenv PATH' >>"$HOME/.config/xonsh/rc.xsh"
		run $clean xonsh "$HOME/.config/xonsh/rc.xsh"
		[[ $output == *"$expected"* ]]
	fi
	[ ! -e "$T/hacked" ]
}

@test "lines that start pyenv: refused, replaced on request, brought back" {
	cat >"$HOME/.bashrc" <<-'END'
		alias ll='ls -l'
		# pyenv is a comment here
		export PYENV_ROOT="$HOME/.pyenv"
		[[ -d $PYENV_ROOT/bin ]] && export PATH="$PYENV_ROOT/bin:$PATH"
		eval "$(pyenv init - bash)"
		echo end
	END
	cp "$HOME/.bashrc" "$T/before"
	run pyvern init --install bash
	[ "$status" -eq 6 ]
	[[ $output == *"~/.bashrc:3 starts pyenv"*"pyvern init --install --replace"* ]]
	cmp "$HOME/.bashrc" "$T/before"
	[ ! -e "$HOME/.profile" ]
	run pyvern init --install --replace bash
	[ "$status" -eq 0 ]
	[[ $output == *"~ ~/.bashrc   3 lines of pyenv replaced by 3 (copy: ~/.bashrc.before-pyvern)"* ]]
	cmp "$HOME/.bashrc.before-pyvern" "$T/before"
	run env -i HOME="$HOME" PATH=/usr/bin:/bin bash --rcfile "$HOME/.bashrc" -i -c 'type pyenv; echo "$PATH"' </dev/null
	[[ $output == *"pyenv: not found"*"$PYVERN_ROOT/shims:"* ]]
	run pyvern init --uninstall
	[ "$status" -eq 0 ]
	cmp "$HOME/.bashrc" "$T/before"
}

@test "a line that is part of something longer is named, and nothing is changed" {
	printf 'if command -v pyenv >/dev/null; then\n\teval "$(pyenv init -)"\nfi\n' >"$HOME/.bashrc"
	cp "$HOME/.bashrc" "$T/before"
	run pyvern init --install --replace bash
	[ "$status" -eq 6 ]
	[[ $output == *"~/.bashrc:1 starts pyenv"*"by hand"* ]]
	cmp "$HOME/.bashrc" "$T/before"
}

@test "a link stays a link, and modes stay" {
	mkdir "$T/dotfiles"
	printf 'true\n' >"$T/dotfiles/bashrc"
	chmod 600 "$T/dotfiles/bashrc"
	ln -s "$T/dotfiles/bashrc" "$HOME/.bashrc"
	pyvern init --install bash
	[ -L "$HOME/.bashrc" ]
	grep -q 'pyvern init' "$T/dotfiles/bashrc"
	[ "$(stat -c %a "$T/dotfiles/bashrc")" = 600 ]
}

@test "a last line without newline stays whole" {
	printf 'echo last' >"$HOME/.bashrc"
	pyvern init --install bash
	[ "$(head -n 1 "$HOME/.bashrc")" = "echo last" ]
}

@test "a file that is none of these is refused before anything is written" {
	mkdir "$HOME/.profile"
	run pyvern init --install bash
	[ "$status" -eq 1 ]
	[ ! -e "$HOME/.bashrc" ]
	rmdir "$HOME/.profile"
	head -c 2000000 /dev/zero | tr '\0' x >"$HOME/.profile"
	run pyvern init --install bash
	[ "$status" -eq 1 ]
	[ ! -e "$HOME/.bashrc" ]
}

@test "nushell evaluates nothing when it starts, and is told so" {
	run pyvern init --install nu
	[ "$status" -eq 1 ]
	[[ $output == *"cannot evaluate"* ]]
}

# A pyenv of pyenv's own, as its users have it: in front of everything.
other_pyenv() {
	mkdir -p "$HOME/.pyenv/bin"
	printf '#!/bin/sh\necho "the other pyenv"\n' >"$HOME/.pyenv/bin/pyenv"
	chmod 755 "$HOME/.pyenv/bin/pyenv"
}

# All files of the home, but those in which shells keep their histories.
home_files() {
	find "$HOME" -type f ! -path '*/.local/*' ! -path '*/.cache/*' -exec cksum {} + | sort
}

# A new shell of that kind, interactive, that evaluates the code.
new_shell() { # SHELL CODE
	local clean=(env -i "HOME=$HOME" "PATH=$HOME/.pyenv/bin:/usr/bin:/bin" TERM=dumb)
	case $1 in
	bash) run "${clean[@]}" bash --rcfile "$HOME/.bashrc" -i -c "$2" </dev/null ;;
	zsh) run "${clean[@]}" zsh -i -c "$2" </dev/null ;;
	ksh) run "${clean[@]}" ksh -c ". $HOME/.profile; $2" ;;
	mksh) run "${clean[@]}" mksh -c ". $HOME/.mkshrc; $2" ;;
	fish) run "${clean[@]}" fish -c "$2" ;;
	tcsh) run "${clean[@]}" tcsh -c "$2" ;;
	xonsh)
		cp "$HOME/.config/xonsh/rc.xsh" "$T/rc.xsh"
		printf '%s\n' "$2" >>"$T/rc.xsh"
		run "${clean[@]}" xonsh "$T/rc.xsh"
		;;
	esac
	echo "$1: $output"
}

@test "--as-pyenv: pyenv means pyvern in new shells and their scripts, and back (JOURNEYS 11)" {
	other_pyenv
	printf '#!/bin/sh\npyenv root\n' >"$T/script"
	chmod 755 "$T/script"
	mkdir -p "$HOME/.config/fish" "$HOME/.config/xonsh"
	for shell in bash zsh ksh mksh fish tcsh xonsh; do
		here "$shell" || continue
		home_files >"$T/before"
		run pyvern init --install --as-pyenv "$shell"
		echo "$output"
		[ "$status" -eq 0 ]
		[[ $output == *"+ pyenv    means pyvern in new shells; pyenv's own files stay"* ]]
		new_shell "$shell" "pyenv root"
		[ "${lines[-1]}" = "$PYVERN_ROOT" ]
		new_shell "$shell" "$T/script"
		[ "${lines[-1]}" = "$PYVERN_ROOT" ]
		new_shell "$shell" "pyvern root"
		[ "${lines[-1]}" = "$PYVERN_ROOT" ]
		case $shell in
		tcsh | xonsh) ;;
		*)
			new_shell "$shell" "pyenv shell 3.12; pyvern shell"
			[ "${lines[-1]}" = 3.12 ]
			new_shell "$shell" "pyvern shell 3.12; pyenv version --bare"
			[ "${lines[-1]}" = 3.12.1 ]
			;;
		esac
		run pyvern init --uninstall
		[ "$status" -eq 0 ]
		home_files | diff - "$T/before"
		new_shell bash "$T/script"
		[ "${lines[-1]}" = "the other pyenv" ]
	done
}

@test "--as-pyenv does not change the face, nor pyenv's files" {
	other_pyenv
	cksum "$HOME/.pyenv/bin/pyenv" >"$T/before"
	face=$(cat "$PYVERN_ROOT/face")
	pyvern init --install --as-pyenv bash
	new_shell bash 'pyenv prefix 3.4'
	[[ $output == *"pyenv: 3.4 is not installed"* ]]
	[ "$(cat "$PYVERN_ROOT/face")" = "$face" ]
	cksum "$HOME/.pyenv/bin/pyenv" | cmp - "$T/before"
}

@test "JOURNEYS 11, with pyenv's lines replaced: two lines, and back to the byte" {
	other_pyenv
	# As a package has it: in a folder where every shell looks anyway.
	unset PYVERN_ROOT
	cat >"$HOME/.bashrc" <<-'END'
		alias ll='ls -l'
		export PYENV_ROOT="$HOME/.pyenv"
		[[ -d $PYENV_ROOT/bin ]] && export PATH="$PYENV_ROOT/bin:$PATH"
		eval "$(pyenv init - bash)"
	END
	printf 'no newline at the end' >"$HOME/.profile"
	cp "$HOME/.bashrc" "$T/bashrc"
	cp "$HOME/.profile" "$T/profile"
	run pyvern init --install --as-pyenv bash
	[ "$status" -eq 6 ]
	run pyvern init --install --replace --as-pyenv bash
	[[ $output == *"~ ~/.bashrc   3 lines of pyenv replaced by 3 (copy: ~/.bashrc.before-pyvern)"* ]]
	new_shell bash 'pyenv root; pyenv --version'
	[ "${lines[-2]}" = "$HOME/.pyenv" ]
	[[ ${lines[-1]} == "pyenv "*pyvern* ]]
	# Again, and without the name.
	run pyvern init --install --as-pyenv bash
	[[ $output == *"= ~/.bashrc   as it shall be"*"= ~/.profile   as it shall be"* ]]
	run pyvern init --install bash
	[[ $output != *"means pyvern"* ]]
	new_shell bash 'pyenv root'
	[ "${lines[-1]}" = "the other pyenv" ]
	run pyvern init --uninstall
	cmp "$HOME/.bashrc" "$T/bashrc"
	cmp "$HOME/.profile" "$T/profile"
}

@test "--uninstall to the byte: a file that we made, one without a last newline, one that went on" {
	printf 'echo last' >"$HOME/.bashrc"
	cp "$HOME/.bashrc" "$T/before"
	pyvern init --install bash
	pyvern init --install bash
	run pyvern init --uninstall
	[[ $output == *"- ~/.profile   as before pyvern"* ]]
	cmp "$HOME/.bashrc" "$T/before"
	[ ! -e "$HOME/.profile" ]
	# An empty file of the user's stays.
	: >"$HOME/.profile"
	pyvern init --install bash
	echo 'echo more' >>"$HOME/.bashrc"
	pyvern init --install bash
	pyvern init --uninstall
	[ -e "$HOME/.profile" ]
	[ ! -s "$HOME/.profile" ]
	[ "$(cat "$HOME/.bashrc")" = $'echo last\necho more' ]
	# One that we made and the user filled.
	rm "$HOME/.profile"
	pyvern init --install bash
	echo 'echo mine' >>"$HOME/.profile"
	pyvern init --uninstall
	[ "$(cat "$HOME/.profile")" = "echo mine" ]
}

@test "--replace and --as-pyenv without --install are wrong use" {
	for option in --replace --as-pyenv; do
		refuses 2 "--replace and --as-pyenv go with --install" pyvern init "$option"
		refuses 2 "--replace and --as-pyenv go with --install" pyvern init --uninstall "$option"
	done
	rm -r "$T/prefix/libexec/pyvern/as-pyenv"
	refuses 1 "there is no program $T/prefix/libexec/pyvern/as-pyenv/pyenv" pyvern init --install --as-pyenv bash
	[ ! -e "$HOME/.bashrc" ]
}

# Type lines into a new shell on a terminal; $screen is what is seen then.
on_terminal() { # COMMAND LINE...
	local i last=
	# A server that is ending would still answer by its old socket.
	screens=$((${screens-0} + 1))
	tmux -S "$T/tmux$screens" new-session -d -x 120 -y 40 "env -i HOME=$HOME TERM=screen PATH=$HOME/.pyenv/bin:/usr/bin:/bin $1"
	sleep 0.5
	for ((i = 2; i <= $#; i++)); do
		tmux -S "$T/tmux$screens" send-keys "${!i}" Enter
		sleep 0.3
	done
	for ((i = 0; i < 30; i++)); do
		screen=$(tmux -S "$T/tmux$screens" capture-pane -p)
		[ "$screen" != "$last" ] || break
		last=$screen
		sleep 0.3
	done
	tmux -S "$T/tmux$screens" kill-server
	echo "$screen"
}

@test "JOURNEYS 1 and 11 on a terminal: exec bash, and pyenv is pyvern" {
	here tmux || skip "no tmux"
	other_pyenv
	pin 3.12.1
	on_terminal "bash --norc" "export PYVERN_ROOT=$PYVERN_ROOT PATH=$T/prefix/bin:\$PATH" "cd $PWD" \
		"pyvern init --install --as-pyenv bash" "exec bash" "clear" \
		"pyenv version --bare" "python3; pyenv local 3.13.5; pyenv version --bare" \
		"pyenv shell 3.12.1; echo shell=\$PYENV_VERSION" "pyenv ver" "pyvern init --uninstall"
	[[ $screen == *3.12.1*3.13.5*shell=3.12.1* ]]
	[[ $screen == *"~/.bashrc   as before pyvern"* ]]
}

# A pyenv user's new shells ran pyenv's shims until something was installed.
@test "--install makes the shims, in the place of pyenv's" {
	rm -rf "$PYVERN_ROOT/shims"
	SHELL=/bin/bash run pyvern init --install bash
	[ "$status" -eq 0 ]
	[[ $output == *"+ shims"* ]]
	cmp "$PYVERN_ROOT/shims/python" "$PYVERN_ROOT/shims/.pyvern-shim"
	pyvern init --uninstall bash
	rm -rf "$PYVERN_ROOT/shims"
	mkdir "$PYVERN_ROOT/shims"
	printf '#!/usr/bin/env bash\nset -e\n[ -n "$PYENV_DEBUG" ] && set -x\n\nprogram="${0##*/}"\n\nexport PYENV_ROOT="%s"\nexec "/x/pyenv" exec "$program" "$@"\n' "$PYVERN_ROOT" >"$PYVERN_ROOT/shims/python"
	chmod 755 "$PYVERN_ROOT/shims/python"
	pyvern init --install bash
	cmp "$PYVERN_ROOT/shims/python" "$PYVERN_ROOT/shims/.pyvern-shim"
	# Nothing is made of nothing.
	pyvern init --uninstall bash
	rm -rf "$PYVERN_ROOT"
	run pyvern init --install bash
	[ "$status" -eq 0 ]
	[ ! -e "$PYVERN_ROOT" ]
}
