#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern init --auto-venv: a project's .venv is entered at the prompt, by the shims' rule, and
# left. (What pins choose: virtualenv-init.bats, which has the same hook.)
# shellcheck disable=SC2154,SC2016 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYENV_ACTIVATE_SHELL PYENV_VIRTUALENV_INIT PROMPT_COMMAND
	unset VIRTUAL_ENV_PROMPT VIRTUAL_ENV_DISABLE_PROMPT
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin:/usr/bin:/bin
	pyvern global 3.13.5
	mkdir -p "$HOME/shop/sub/deep" "$HOME/clone"
	cd "$HOME/shop" || return
	pyvern venv -q
	pyvern rehash
	touch -d '1 hour ago' "$PYVERN_ROOT/versions" "$PYVERN_ROOT"/versions/*/bin
	touch -d '30 minutes ago' "$PYVERN_ROOT/.rehashed"
}

here() { command -v "$1" >/dev/null; }
shells="bash zsh fish"

# Run CODE in SHELL with the hook; `prompt` in it is a prompt drawn.
in_shell() {
	local name=$1 code=$2
	case $name in
	bash)
		printf '%s\n' 'prompt() { local c; for c in "${PROMPT_COMMAND[@]}"; do eval "$c"; done; }' \
			'eval "$(pyvern init - --auto-venv bash)"' "$code" >"$T/script"
		run bash --norc "$T/script"
		;;
	zsh)
		printf '%s\n' 'prompt() { local f; for f in $precmd_functions; do $f; done; }' \
			'eval "$(pyvern init - --auto-venv zsh)"' "$code" >"$T/script"
		run zsh -f "$T/script"
		;;
	fish)
		printf '%s\n' 'function prompt; emit fish_prompt; end' \
			'pyvern init - --auto-venv fish | source' "$code" >"$T/script"
		run fish --no-config "$T/script"
		;;
	esac
	echo "$name: $output"
}

@test "a project's own is entered, from below, too, and left with the project" {
	for shell in $shells; do
		here "$shell" || continue
		in_shell "$shell" 'prompt; echo "1 $VIRTUAL_ENV $VIRTUAL_ENV_PROMPT [$PYENV_VERSION]"
cd sub/deep; prompt; echo "2 $VIRTUAL_ENV"
cd '"$HOME"'; prompt; printenv VIRTUAL_ENV; printenv VIRTUAL_ENV_PROMPT; printenv PYENV_VIRTUAL_ENV; echo 3
cd shop/sub; prompt; echo "4 $VIRTUAL_ENV"'
		is_output "1 $HOME/shop/.venv shop []" "2 $HOME/shop/.venv" 3 "4 $HOME/shop/.venv"
	done
}

@test "nobody else's: not a clone's, nor one that is trusted no more, nor what took its place" {
	cp -a .venv "$HOME/clone/.venv"
	mkdir linked && ln -s ../.venv linked/.venv && echo 3.13.5 >linked/.python-version
	for shell in $shells; do
		here "$shell" || continue
		in_shell "$shell" 'cd ../clone; prompt; echo "1 [$VIRTUAL_ENV]"
pyvern trust -q .; prompt; echo "2 $VIRTUAL_ENV"
pyvern trust -q --remove .; prompt; echo "3 [$VIRTUAL_ENV]"
cd ../shop; prompt; echo "4 $VIRTUAL_ENV"
sleep 1; mv .venv ../kept; mkdir .venv; sed /pyvern-id/d ../kept/pyvenv.cfg >.venv/pyvenv.cfg; prompt; echo "5 [$VIRTUAL_ENV]"
rm -r .venv; prompt; mv ../kept .venv; prompt; echo "6 $VIRTUAL_ENV"
cd linked; prompt; echo "7 [$VIRTUAL_ENV]"'
		is_output "1 []" "2 $HOME/clone/.venv" "3 []" "4 $HOME/shop/.venv" "5 []" \
			"6 $HOME/shop/.venv" "7 []"
	done
}

@test "made, removed and made anew; a pin below, a variable, another project in it" {
	pyvern virtualenv -q 3.13 notes
	for shell in $shells; do
		here "$shell" || continue
		rm -rf "$HOME/shop/sub/.venv" "$HOME/shop/sub/deep/.python-version"
		in_shell "$shell" 'cd sub; prompt; echo "1 $VIRTUAL_ENV"
pyvern venv -q; prompt; echo "2 $VIRTUAL_ENV"
rm -r .venv; prompt; echo "3 $VIRTUAL_ENV"
pyvern venv -q; prompt; echo "4 $VIRTUAL_ENV"
cd deep; pyvern local notes; prompt; echo "5 $VIRTUAL_ENV"
pyvern local 3.13.5; prompt; echo "6 [$VIRTUAL_ENV]"
pyvern local --unset; prompt; echo "7 $VIRTUAL_ENV"
pyvern shell 3.13.5; prompt; echo "8 [$VIRTUAL_ENV]"
pyvern shell --unset; prompt; echo "9 $VIRTUAL_ENV"'
		is_output "1 $HOME/shop/.venv" "2 $HOME/shop/sub/.venv" "3 $HOME/shop/.venv" \
			"4 $HOME/shop/sub/.venv" "5 $PYVERN_ROOT/versions/3.13.5/envs/notes" "6 []" \
			"7 $HOME/shop/sub/.venv" "8 []" "9 $HOME/shop/sub/.venv"
	done
}

@test "what the user entered stays, also where that had been entered here" {
	pyvern venv -q "$HOME/mine"
	for shell in $shells; do
		here "$shell" || continue
		ending=
		[ "$shell" != fish ] || ending=.fish
		in_shell "$shell" ". $HOME/mine/bin/activate$ending; prompt; echo \"1 \$VIRTUAL_ENV\"
cd /; prompt; echo \"2 \$VIRTUAL_ENV\"; cd $HOME/shop; deactivate; prompt; echo \"3 \$VIRTUAL_ENV\"
. .venv/bin/activate$ending; prompt; cd /; prompt; echo \"4 \$VIRTUAL_ENV\"
deactivate; prompt; printenv VIRTUAL_ENV; echo 5"
		is_output "1 $HOME/mine" "2 $HOME/mine" "3 $HOME/shop/.venv" "4 $HOME/shop/.venv" 5
	done
}

@test "leaving brings back what was there: variables, PATH, prompt" {
	for shell in bash zsh; do
		here "$shell" || continue
		PYTHONHOME=/some/home in_shell "$shell" 'cd /; PS1="> \$ "; all() { printenv | LC_ALL=C sort | grep -vE "^(_|PWD|OLDPWD|SHLVL)="; printf "%s\n" "$PS1"; }
prompt; before=$(all)
cd '"$HOME"'/shop; prompt; printf "%s\n" "$PS1 [${PYTHONHOME-none}] $VIRTUAL_ENV_PROMPT"
case $PATH in *"/.venv/"*) echo on PATH; esac
cd /; prompt; [ "$(all)" = "$before" ] && echo same'
		is_output '(${VIRTUAL_ENV_PROMPT-}) > $  [none] shop' same ||
			is_output '(shop) > $  [none] shop' same
	done
	here fish || return 0
	PYTHONHOME=/some/home in_shell fish 'cd /; function fish_prompt; echo -n "> "; end
function all; printenv | LC_ALL=C sort | string match -rv "^(_|PWD|OLDPWD|SHLVL)="; fish_prompt; end
prompt; set before "$(all)"
cd '"$HOME"'/shop; prompt; fish_prompt; set -q PYTHONHOME; or echo "$VIRTUAL_ENV_PROMPT"
cd /; prompt; test "$(all)" = "$before"; and echo same'
	is_output '(shop) > shop' same
}

# What a terminal shows: SHELL reads LINES as they are typed.
typed() {
	local shell=$1 file=$T/start
	shift
	mkdir -p "$file"
	case $shell in
	bash)
		printf '%s\n' 'PS1="<\W> "' 'eval "$(pyvern init - --auto-venv bash)"' >"$file/bashrc"
		command="bash --noprofile --rcfile $file/bashrc -i"
		;;
	zsh)
		printf '%s\n' 'unsetopt zle prompt_cr prompt_sp' 'setopt prompt_subst' 'PS1="<> "' 'eval "$(pyvern init - --auto-venv zsh)"' >"$file/.zshrc"
		command="env ZDOTDIR=$file zsh -d -i"
		;;
	esac
	command -v script >/dev/null || skip "no script(1)"
	printf '%s\n' "$@" exit >"$T/typed"
	run env TERM=dumb HISTFILE=/dev/null script -qec "$command" /dev/null <"$T/typed"
	output=${output//$'\r'/}
	echo "$shell: $output"
}

@test "a prompt that was changed meanwhile stays changed; activated over it, and left" {
	for shell in bash zsh; do
		here "$shell" || continue
		in_shell "$shell" 'PS1="> "; prompt; PS1="${PS1}more "; cd /; prompt; printf "%s\n" "$PS1"; cd -; prompt
PS1="other "; cd /; prompt; printf "%s\n" "$PS1"; cd -
prompt; . .venv/bin/activate; prompt; cd /; prompt; deactivate; prompt; printf "%s\n" "$PS1" "${VIRTUAL_ENV-none}"'
		output=$(grep -v "^[~/]" <<<"$output")
		is_output '> more ' 'other ' 'other ' none
	done
}

@test "at a terminal: the name is in the prompt, and goes with the project" {
	for shell in bash zsh; do
		here "$shell" || continue
		typed "$shell" 'echo "in:$VIRTUAL_ENV"' 'cd /' 'echo "out:${VIRTUAL_ENV-none}"'
		[[ $output == *'(shop) <'*"in:$HOME/shop/.venv"*'(shop) <'*'out:none'* ]]
		# Behind the last directory there is no name any more.
		[[ ${output##*out:none} != *'(shop)'* ]]
	done
}

@test "hostile names of projects are a text, in variables and in prompts" {
	printf '%s\n' 'a b' "it's" '$(touch pwned)' '`touch pwned`' '"q"' '-x' '*' '!x' '%F{red}' 'ü-日本' '\n$' \
		'~' ';touch pwned' "$(printf 'n%.0s' {1..200})" >"$T/names"
	while IFS= read -r name; do
		mkdir -p "$HOME/$name"
		cd "$HOME/$name"
		pyvern venv -q
		for shell in bash zsh fish; do
			here "$shell" || continue
			[ "$shell" = fish ] || in_shell "$shell" 'PS1="> "; prompt; printf "%s\n" "$VIRTUAL_ENV"; cd ..; prompt; cd /; prompt; printenv VIRTUAL_ENV; printf "%s\n" "$PS1"'
			if [ "$shell" = fish ]; then
				in_shell fish 'prompt; printf "%s\n" "$VIRTUAL_ENV"; cd /; prompt; printenv VIRTUAL_ENV; echo "> "'
			fi
			is_output "$HOME/$name/.venv" '> '
		done
		for shell in bash zsh; do
			here "$shell" || continue
			typed "$shell" true 'printf "%s\n" "in:$VIRTUAL_ENV"'
			[[ $output == *"in:$HOME/$name/.venv"* ]]
		done
		[ ! -e pwned ] && [ ! -e "$HOME/pwned" ]
	done <"$T/names"
}

@test "a folder with a newline, a broken .venv and one without end of its files stop no prompt" {
	mkdir -p "$HOME/new"$'\n'"line/below" "$HOME/odd/.venv"
	for shell in $shells; do
		here "$shell" || continue
		for kind in mkfifo mkdir 'ln -s /dev/zero' 'ln -s loop'; do
			$kind "$HOME/odd/.venv/pyvenv.cfg"
			in_shell "$shell" "cd $HOME/odd; prompt; echo \"[\$VIRTUAL_ENV]\""
			is_output '[]'
			rm -r "$HOME/odd/.venv/pyvenv.cfg"
		done
		cd "$HOME/new"$'\n'"line/below"
		# fish went round for ever in such a folder; bash and zsh with a PWD that is no path.
		in_shell "$shell" 'prompt; prompt; echo end'
		is_output end
		cd "$HOME/shop"
		[ "$shell" = fish ] || in_shell "$shell" 'PWD=odd; prompt; echo end'
		[ "${lines[*]}" = end ]
	done
}

@test "where nothing changed no process is started" {
	command -v strace >/dev/null || skip "no strace"
	for shell in $shells; do
		here "$shell" || continue
		case $shell in
		fish) init='pyvern init - --auto-venv fish | source' ;;
		*) init='eval "$(pyvern init - --auto-venv '$shell')"' ;;
		esac
		for last in '_pyvern_hook; _pyvern_hook' 'cd sub; _pyvern_hook' 'cd /; _pyvern_hook'; do
			printf '%s\n' "$init" "_pyvern_hook; _pyvern_hook; test -e $T/marker-file; true" "$last" >"$T/script"
			case $shell in
			bash) strace -f -o "$T/trace" bash --norc "$T/script" ;;
			zsh) strace -f -o "$T/trace" zsh -f "$T/script" ;;
			fish) strace -f -o "$T/trace" fish --no-config "$T/script" ;;
			esac >/dev/null || skip "strace cannot trace here"
			count=$(sed -n '/marker-file/,$p' "$T/trace" | grep -cE '(clone3?|v?fork|execve)\(' || :)
			echo "$shell, $last: $count"
			# A folder below changes nothing that is looked at; leaving does.
			if [[ $last == 'cd /'* ]]; then [ "$count" -ge 1 ]; else [ "$count" -eq 0 ]; fi
		done
	done
}

@test "pyenv's face enters none" {
	echo pyenv >"$PYVERN_ROOT/face"
	for shell in $shells; do
		here "$shell" || continue
		in_shell "$shell" 'prompt; echo "[$VIRTUAL_ENV]"'
		is_output '[]'
	done
	run pyvern init - --auto-venv bash
	[[ $output != *'.venv/'* ]]
}

@test "virtualenv-init does the same, before and behind init" {
	for order in 'init - bash' 'virtualenv-init - bash'; do
		other='virtualenv-init - bash'
		[ "$order" = 'init - bash' ] || other='init - bash'
		run bash --norc -c 'eval "$(pyvern '"$order"')"; eval "$(pyvern '"$other"')"; _pyvern_hook; echo "$VIRTUAL_ENV"'
		is_output "$HOME/shop/.venv"
	done
	run bash --norc -c 'eval "$(pyvern init - bash)"; _pyvern_hook; echo "${VIRTUAL_ENV-none}"'
	is_output none
}

@test "without a home nothing is known, and nothing is entered" {
	unset XDG_STATE_HOME
	run env -u HOME bash --norc -c 'eval "$(pyvern init - --auto-venv bash)"; _pyvern_hook; echo "${VIRTUAL_ENV-none}"'
	[ "${lines[-1]}" = none ]
}

@test "xonsh: entered, left, and not a clone's" {
	here xonsh || skip "no xonsh"
	cp -a .venv "$HOME/clone/.venv"
	printf '%s\n' 'execx($(pyvern init - --auto-venv xonsh))' \
		'events.on_pre_prompt.fire()' 'print($VIRTUAL_ENV)' 'cd ../clone' 'events.on_pre_prompt.fire()' "print('VIRTUAL_ENV' in \${...})" >"$T/script"
	run xonsh --no-rc "$T/script"
	is_output "$HOME/shop/.venv" False
}

@test "--install writes it, into what has prompts; shells without a hook are refused" {
	PATH=$T/prefix/bin:/usr/bin:/bin
	run -0 pyvern init --install --auto-venv bash
	grep -qxF 'eval "$(pyvern init --auto-venv -)" # pyvern init: made this file' "$HOME/.bashrc" ||
		grep -qF 'eval "$(pyvern init --auto-venv -)" # pyvern init' "$HOME/.bashrc"
	grep -qF 'eval "$(pyvern init --path)"' "$HOME/.profile"
	run env -i HOME="$HOME" XDG_STATE_HOME="$XDG_STATE_HOME" PATH=/usr/bin:/bin bash --rcfile "$HOME/.bashrc" -i -c '_pyvern_hook; echo "in:$VIRTUAL_ENV"' </dev/null
	[[ $output == *"in:$HOME/shop/.venv"* ]]
	# Without it, the line is the plain one again.
	run -0 pyvern init --install bash
	run ! grep -q auto-venv "$HOME/.bashrc"
	run -0 pyvern init --install --auto-venv zsh
	run -0 pyvern init --install --auto-venv --as-pyenv fish
	grep -qF 'pyenv init --auto-venv - fish | source' "$HOME/.config/fish/config.fish"
	run -0 pyvern init --uninstall
	run ! grep -q auto-venv "$HOME/.bashrc" "$HOME/.zshrc"
	for shell in ksh dash tcsh mksh; do
		run -2 pyvern init --install --auto-venv "$shell"
		[[ $output == *"$shell has no hook before its prompt"*'to fix   pyvern init --install '"$shell" ]]
	done
	# A profile that several shells read is evaluated all the same.
	run -0 pyvern init - --auto-venv dash
	[[ $output == *PATH* && $output != *hook* ]]
	for other in --path --no-rehash --uninstall --detect-shell; do
		run -2 pyvern init "$other" --auto-venv bash
		[[ $output == *"--auto-venv does not go with $other"* ]]
	done
	run -1 pyvern init --auto-venv bash
	[[ $output == *'eval "$(pyvern init --auto-venv -)"'*'pyvern init --auto-venv --install'* ]]
}
