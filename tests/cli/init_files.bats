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
