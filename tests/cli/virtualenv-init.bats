#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern virtualenv-init, and the prompt hook that it shares with init (facts/pyenv.md 9).
# shellcheck disable=SC2154,SC2016 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	versions=$PYVERN_ROOT/versions
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q 3.13 shop
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYENV_ACTIVATE_SHELL PYENV_VIRTUALENV_INIT PROMPT_COMMAND
	env=$versions/3.13.5/envs
	PATH=$T/prefix/bin:/usr/bin:/bin
	mkdir -p "$T/project/below/deep"
	settle
}

# As if the last rehash were long over.
settle() {
	pyvern rehash 2>/dev/null
	touch -d '1 hour ago' "$versions" "$versions"/*/bin
	touch -d '30 minutes ago' "$PYVERN_ROOT/.rehashed"
}

here() { command -v "$1" >/dev/null; }

# Run CODE in SHELL with the hook of `virtualenv-init`; `prompt` in it is a prompt drawn.
in_shell() {
	local name=$1 code=$2
	case $name in
	bash)
		printf '%s\n' 'prompt() { local c; for c in "${PROMPT_COMMAND[@]}"; do eval "$c"; done; }' \
			'eval "$(pyvern init - --no-rehash bash)"; eval "$(pyvern virtualenv-init - bash)"' \
			"$code" >"$T/script"
		run bash --norc "$T/script"
		;;
	zsh)
		printf '%s\n' 'prompt() { local f; for f in $precmd_functions; do $f; done; }' \
			'eval "$(pyvern init - --no-rehash zsh)"; eval "$(pyvern virtualenv-init - zsh)"' \
			"$code" >"$T/script"
		run zsh -f "$T/script"
		;;
	fish)
		printf '%s\n' 'function prompt; emit fish_prompt; end' \
			'pyvern init - --no-rehash fish | source; pyvern virtualenv-init - fish | source' \
			"$code" >"$T/script"
		run fish --no-config "$T/script"
		;;
	esac
	echo "$name: $output"
}

shells="bash zsh fish"

@test "pyenv.md 9: what a pin chooses is entered, and left, at a prompt" {
	pin notes
	echo 3.13.5 >"$T/other.version"
	for shell in $shells; do
		here "$shell" || continue
		in_shell "$shell" 'prompt; echo "1 $VIRTUAL_ENV $PYENV_VERSION"
cd below/deep; prompt; echo "2 $VIRTUAL_ENV"
cd /; prompt; echo "3 $VIRTUAL_ENV"
cd '"$T/project"'; prompt; echo "4 $VIRTUAL_ENV"'
		is_output "1 $env/notes " "2 $env/notes" "3 " "4 $env/notes"
	done
}

@test "a pin that appears, changes and goes, here or above; the global file" {
	for shell in $shells; do
		here "$shell" || continue
		rm -f .python-version below/.python-version "$PYVERN_ROOT/version"
		in_shell "$shell" 'cd below/deep; prompt; echo "1 $VIRTUAL_ENV"
echo notes >../../.python-version; prompt; echo "2 $VIRTUAL_ENV"
echo shop >../../.python-version; prompt; echo "3 $VIRTUAL_ENV"
echo 3.13 >../.python-version; prompt; echo "4 $VIRTUAL_ENV"
rm ../.python-version; prompt; echo "5 $VIRTUAL_ENV"
rm ../../.python-version; prompt; echo "6 $VIRTUAL_ENV"
echo notes >'"$PYVERN_ROOT/version"'; prompt; echo "7 $VIRTUAL_ENV"
rm '"$PYVERN_ROOT/version"'; prompt; echo "8 $VIRTUAL_ENV"'
		is_output "1 " "2 $env/notes" "3 $env/shop" "4 " "5 $env/shop" "6 " "7 $env/notes" "8 "
	done
}

@test "the words of .python-versions and .tool-versions are seen, too, in our face" {
	in_shell bash 'prompt; echo notes >.python-versions; prompt; echo "$VIRTUAL_ENV"; rm .python-versions
prompt; echo "python shop" >.tool-versions; prompt; echo "$VIRTUAL_ENV"'
	is_output "$env/notes" "$env/shop"
	echo pyenv >"$PYVERN_ROOT/face"
	run pyvern virtualenv-init - bash
	[[ $output != *tool-versions* ]]
}

@test "an environment that was entered by its name stays; so does PYENV_VERSION's" {
	for shell in $shells; do
		here "$shell" || continue
		rm -f .python-version
		in_shell "$shell" 'prompt; pyvern activate shop; prompt; echo "1 $VIRTUAL_ENV"
echo notes >.python-version; prompt; echo "2 $VIRTUAL_ENV"
pyvern deactivate; prompt; echo "3 $VIRTUAL_ENV"
pyvern shell shop; prompt; echo "4 $VIRTUAL_ENV"
pyvern shell --unset; prompt; echo "5 $VIRTUAL_ENV"'
		is_output "1 $env/shop" "2 $env/shop" "3 $env/notes" "4 $env/shop" "5 $env/notes"
	done
}

@test "a foreign environment is left alone" {
	pyvern venv -q -p 3.13 "$T/foreign"
	pin notes
	for shell in bash zsh; do
		here "$shell" || continue
		in_shell "$shell" ". $T/foreign/bin/activate; prompt; echo \"\$VIRTUAL_ENV\""
		is_output "$T/foreign"
	done
}

@test "an environment is noticed that is made after its pin" {
	pin later
	for shell in $shells; do
		here "$shell" || continue
		pyvern virtualenv-delete -f later
		settle
		in_shell "$shell" 'prompt; echo "1 $VIRTUAL_ENV"; pyvern virtualenv -q 3.13 later; prompt; echo "2 $VIRTUAL_ENV"'
		is_output "1 " "2 $env/later"
	done
}

@test "the status of the last command is kept" {
	pin notes
	for shell in $shells; do
		here "$shell" || continue
		status_of=$([ "$shell" = fish ] && echo '$status' || echo '$?')
		rm -f "$T/status"
		if [ "$shell" = fish ]; then
			in_shell fish "false; _pyvern_hook; echo $status_of; false; _pyvern_hook; echo $status_of; true; _pyvern_hook; echo $status_of"
		else
			in_shell "$shell" "(exit 7); _pyvern_hook; echo $status_of; (exit 7); _pyvern_hook; echo $status_of; true; _pyvern_hook; echo $status_of"
		fi
		[[ $output == "7
7
0" || $output == "1
1
0" ]]
	done
}

@test "commands that came another way get their shims, and one rehash is enough" {
	for shell in $shells; do
		here "$shell" || continue
		rm -f "$versions/3.13.5/bin/copied" "$PYVERN_ROOT/shims/copied"
		settle
		in_shell "$shell" 'prompt
printf "#!/bin/sh\n" >'"$versions/3.13.5/bin/copied"'; chmod 755 '"$versions/3.13.5/bin/copied"'
prompt; ls '"$PYVERN_ROOT/shims/copied"
		is_output "$PYVERN_ROOT/shims/copied"
	done
}

# Number of programs that SHELL starts for the code given, after it is ready.
started_by() {
	command -v strace >/dev/null || skip "no strace"
	printf '%s\n' "$2" 'echo ready >/dev/null' "$3" >"$T/script"
	case $1 in
	bash) strace -f -o "$T/trace" bash --norc "$T/script" ;;
	zsh) strace -f -o "$T/trace" zsh -f "$T/script" ;;
	fish) strace -f -o "$T/trace" fish --no-config "$T/script" ;;
	esac >/dev/null || skip "strace cannot trace here"
	sed -n '/marker-file/,$p' "$T/trace" | grep -cE '(clone3?|v?fork|execve)\(' || :
}

@test "where nothing changed no process is started" {
	pin notes
	for shell in $shells; do
		here "$shell" || continue
		settle
		case $shell in
		fish) init='pyvern init - fish | source; pyvern virtualenv-init - fish | source' ;;
		*) init='eval "$(pyvern init - '$shell')"; eval "$(pyvern virtualenv-init - '$shell')"' ;;
		esac
		count=$(started_by "$shell" "$init
_pyvern_hook; _pyvern_hook; test -e $T/marker-file" "_pyvern_hook; _pyvern_hook; _pyvern_hook")
		echo "$shell: $count"
		[ "$count" -eq 0 ]
		# The test can fail: with a change there is one.
		count=$(started_by "$shell" "$init
_pyvern_hook; _pyvern_hook; test -e $T/marker-file" "cd /; _pyvern_hook")
		[ "$count" -ge 1 ]
	done
}

@test "options that change what shell code means change nothing" {
	pin notes
	in_shell bash 'set -eu; shopt -s failglob nullglob extglob; IFS=/; set -f; prompt; echo "$VIRTUAL_ENV"; prompt; cd /; prompt; echo "${VIRTUAL_ENV-none}"'
	IFS=$' \t\n'
	is_output "$env/notes" none
	in_shell bash "shopt -s failglob; mv $versions $versions.away; mkdir $versions; prompt; prompt; echo \$?; rmdir $versions; mv $versions.away $versions"
	is_output 0
	here zsh || return 0
	in_shell zsh 'setopt sh_word_split ksh_arrays no_unset err_exit glob_subst; _pyvern_hook; echo "$VIRTUAL_ENV"; _pyvern_hook; cd /; _pyvern_hook; echo "${VIRTUAL_ENV-none}"'
	is_output "$env/notes" none
}

@test "bash: a PROMPT_COMMAND that is there goes on: text, list, with an end, exported, direnv's" {
	rows=('PROMPT_COMMAND="echo a"' 'PROMPT_COMMAND="echo a;"' 'PROMPT_COMMAND="echo a; "'
		'PROMPT_COMMAND=("echo a" "true")' 'export PROMPT_COMMAND="echo a"'
		'PROMPT_COMMAND=$'"'"'echo a\n'"'")
	for row in "${rows[@]}"; do
		printf '%s\n' "$row" 'eval "$(pyvern virtualenv-init - bash)"; eval "$(pyvern virtualenv-init - bash)"; eval "$(pyvern init - bash)"' \
			'for c in "${PROMPT_COMMAND[@]}"; do eval "$c"; done; echo "${PROMPT_COMMAND[@]}" | grep -o _pyvern_hook | wc -l' >"$T/script"
		run bash --norc "$T/script"
		is_output a 1
	done
	run bash --norc -c 'eval "$(pyvern virtualenv-init - bash)"; echo "$PROMPT_COMMAND"'
	is_output _pyvern_hook
	here direnv || return 0
	pin notes
	printf '%s\n' 'eval "$(pyvern virtualenv-init - bash)"; eval "$(direnv hook bash)"' \
		'for c in "${PROMPT_COMMAND[@]}"; do eval "$c"; done; echo "$VIRTUAL_ENV"' >"$T/script"
	run bash --norc "$T/script"
	is_output "$env/notes"
}

@test "zsh: once, before what is there" {
	here zsh || skip "no zsh"
	run zsh -fc 'precmd_functions=(mine); eval "$(pyvern init - zsh)"; eval "$(pyvern virtualenv-init - zsh)"; echo $precmd_functions'
	is_output "_pyvern_hook mine"
}

@test "init has the hook in our face, without environments; --no-rehash is without" {
	pin notes
	printf '%s\n' 'eval "$(pyvern init - bash)"; eval "$PROMPT_COMMAND"; echo "${VIRTUAL_ENV-none}"' >"$T/script"
	run bash --norc "$T/script"
	is_output none
	run pyvern init - --no-rehash bash
	[[ $output != *_pyvern_hook* ]]
	echo pyenv >"$PYVERN_ROOT/face"
	run pyvern init - bash
	[[ $output != *_pyvern_hook* ]]
}

@test "a rehash that cannot cure it is tried three times" {
	pin notes
	in_shell bash 'pyvern() { command pyvern "$@"; }
touch -d "1 hour" '"$versions/3.13.5/bin"'
for i in 1 2 3 4 5 6; do prompt; _PYVERN_NEXT=0; done; echo "$_PYVERN_TRIES"'
	is_output xxx
}

@test "shells without a moment before the prompt get no hook, and are told" {
	for shell in ksh mksh dash tcsh; do
		run pyvern virtualenv-init - "$shell"
		[ "$status" -eq 0 ]
		[[ $output == *PYENV_VIRTUALENV_INIT* && $output != *hook* ]]
	done
	run pyvern virtualenv-init mksh
	[ "$status" -eq 1 ]
	[[ $output == *"mksh has no hook before its prompt"* ]]
}

@test "pyenv.md 9: alone it says what to add where, and ends with 1" {
	run pyvern virtualenv-init bash
	[ "$status" -eq 1 ]
	is_output "# Load pyenv-virtualenv automatically by adding" "# the following to ~/.bashrc:" "" \
		'eval "$(pyenv virtualenv-init -)"' ""
}

@test "foreign hooks that choose versions are asked at each prompt" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/version-name"
	echo ': # mine' >"$PYVERN_ROOT/pyenv.d/version-name/mine.bash"
	run pyvern virtualenv-init - bash
	[[ $output == *' always'* ]]
	rm -r "$PYVERN_ROOT/pyenv.d"
	run pyvern virtualenv-init - bash
	[[ $output != *' always'* ]]
}

@test "xonsh: what a pin chooses is entered, and left" {
	here xonsh || skip "no xonsh"
	pin notes
	printf '%s\n' 'execx($(pyvern init - --no-rehash xonsh))' 'execx($(pyvern virtualenv-init - xonsh))' \
		'events.on_pre_prompt.fire()' 'print($VIRTUAL_ENV)' 'cd /' 'events.on_pre_prompt.fire()' "print('VIRTUAL_ENV' in \${...})" >"$T/script"
	run xonsh --no-rc "$T/script"
	is_output "$env/notes" False
}

@test "a root with hostile characters" {
	mv "$PYVERN_ROOT" "$T/it's \$(touch $(basename "$T")) %s"
	PYVERN_ROOT="$T/it's \$(touch $(basename "$T")) %s"
	rm -rf "$PYVERN_ROOT"
	mkdir -p "$PYVERN_ROOT/versions"
	fake_python 3.13.5
	ln -sfn "$PYVERN_ROOT/versions/3.13.5" "$PYVERN_ROOT/versions/x"
	for shell in $shells; do
		here "$shell" || continue
		in_shell "$shell" 'prompt; prompt; echo end'
		is_output end
	done
	[ ! -e "$(basename "$T")" ]
}
