#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern activate, deactivate (facts/pyenv.md 9), as shells evaluate what is printed.
# shellcheck disable=SC2154,SC2016,SC1003 # code for other shells

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	versions=$PYVERN_ROOT/versions
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q 3.13 shop
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYENV_ACTIVATE_SHELL PYENV_VIRTUALENV_INIT PYTHONHOME
	unset CONDA_PREFIX CONDA_DEFAULT_ENV PYENV_VIRTUALENV_PROMPT VIRTUAL_ENV_DISABLE_PROMPT
	env=$versions/3.13.5/envs
	PATH=$T/prefix/bin:/usr/bin:/bin
	variables="printenv PYENV_VERSION PYVERN_VERSION PYENV_ACTIVATE_SHELL PYENV_VIRTUAL_ENV VIRTUAL_ENV PYTHONHOME CONDA_PREFIX CONDA_DEFAULT_ENV; printenv | grep -c _PYVERN_"
}

as_pyenv() {
	echo pyenv >"$PYVERN_ROOT/face"
}

here() { command -v "$1" >/dev/null; }

# Evaluate init's code in SHELL, then CODE.
in_shell() {
	local line options=()
	case $1 in
	fish) line='pyvern init - --no-rehash fish | source' ;;
	tcsh) line='eval "`pyvern init - tcsh`"' ;;
	xonsh) line='execx($(pyvern init - --no-rehash xonsh))' ;;
	*) line='eval "$(pyvern init - --no-rehash '$1')"' ;;
	esac
	case $1 in
	bash) options=(--norc) ;;
	zsh | tcsh) options=(-f) ;;
	fish) options=(--no-config) ;;
	xonsh) options=(--no-rc) ;;
	esac
	printf '%s\n' "$line" "$2" >"$T/script"
	# In the C locale fish itself spoils what is not ASCII.
	[ "$1" != fish ] || set -- "$1" "$2" LC_ALL=C.UTF-8
	run env "${@:3}" "$1" "${options[@]}" "$T/script"
	echo "$1: $output"
}

@test "pyenv.md 9: activate NAME sets what pyenv-virtualenv sets; deactivate takes it back" {
	for shell in bash dash zsh ksh mksh fish; do
		here "$shell" || continue
		in_shell "$shell" "pyvern activate notes; $variables
pyvern deactivate; $variables"
		is_output notes 1 "$env/notes" "$env/notes" 1 0
	done
}

@test "PATH stays as it is: the shims start what the environment has" {
	for shell in bash zsh; do
		here "$shell" || continue
		in_shell "$shell" 'before=$PATH; pyvern activate notes; [ "$PATH" = "$before" ] && pyvern which python'
		is_output "$versions/notes/bin/python"
	done
}

@test "what was set before is there again: PYENV_VERSION, PYVERN_VERSION, PYTHONHOME" {
	for shell in bash dash zsh ksh mksh fish; do
		here "$shell" || continue
		PYTHONHOME=/a/home PYENV_VERSION=3.13.5 PYVERN_VERSION=3.13 in_shell "$shell" \
			"pyvern activate notes; $variables
pyvern deactivate; $variables"
		is_output notes 1 "$env/notes" "$env/notes" 3 3.13.5 3.13 /a/home 0
	done
	here tcsh || return 0
	# Its own printenv takes one name.
	variables=${variables//printenv/env printenv}
	PYTHONHOME=/a/home PYENV_VERSION=3.13.5 in_shell tcsh "pyvern-sh activate notes; $variables
pyvern-sh deactivate; $variables"
	is_output notes 1 "$env/notes" "$env/notes" 2 3.13.5 /a/home 0
}

@test "xonsh" {
	here xonsh || skip "no xonsh"
	in_shell xonsh "pyvern activate notes
print(\$PYENV_VERSION, \$VIRTUAL_ENV)
pyvern deactivate
print('VIRTUAL_ENV' in \${...}, 'PYENV_VERSION' in \${...})"
	is_output "notes $env/notes" "False False"
}

@test "a version that was set in between stays" {
	in_shell bash 'pyvern activate notes; pyvern shell 3.13.5; pyvern deactivate; echo "$PYENV_VERSION ${PYENV_ACTIVATE_SHELL-none}"'
	is_output "3.13.5 none"
}

@test "one after the other, and twice" {
	for shell in bash dash zsh ksh mksh; do
		here "$shell" || continue
		PYTHONHOME=/a/home in_shell "$shell" "PS1='x '; pyvern activate notes; pyvern activate shop; printenv VIRTUAL_ENV
pyvern activate -q shop; echo \$?; pyvern deactivate; printenv PYTHONHOME; echo \"\$PS1\"; pyvern deactivate -q; echo \$?; pyvern deactivate -q -f; echo \$?"
		is_output "$env/shop" 0 /a/home "x " 1 0
	done
}

@test "in a shell below, too" {
	in_shell bash "export PYENV_VERSION=3.13.5; pyvern activate notes
bash -c 'eval \"\$(pyvern init - --no-rehash bash)\"; pyvern deactivate; echo \"\$PYENV_VERSION \${VIRTUAL_ENV-none}\"'"
	is_output "3.13.5 none"
}

@test "set -eu" {
	for shell in bash dash zsh ksh mksh; do
		here "$shell" || continue
		in_shell "$shell" 'set -eu; unset PS1; pyvern activate notes; pyvern activate -q notes; pyvern deactivate; PS1=x; pyvern activate notes; pyvern activate shop; pyvern deactivate -q; echo "$PS1 done"'
		is_output "x done"
	done
}

@test "pyenv.md 9: messages and statuses" {
	as_pyenv
	in_shell bash 'function pyenv { pyvern "$@"; }
pyvern activate notes; pyvern activate notes; echo $?; pyvern activate -f notes; echo $?
pyvern activate 3.13.5; echo $?; pyvern activate nope; echo $?; pyvern activate -q nope; echo $?
pyvern activate notes shop; echo $?; pyvern activate -v shop; echo $?; pyvern deactivate -v; echo $?
pyvern deactivate; echo $?; pyvern deactivate -f; echo $?; pyvern deactivate -q; echo $?; pyvern activate --unset; echo $?'
	is_output "pyenv-virtualenv: version \`notes' is already activated" 0 0 \
		"pyenv-virtualenv: version \`3.13.5' is not a virtualenv" 1 \
		"pyenv-virtualenv: version \`nope' is not a virtualenv" 1 1 \
		"pyenv-virtualenv: cannot activate multiple versions at once: notes shop" 1 \
		"pyenv-virtualenv: activate shop" 0 "pyenv-virtualenv: deactivate 3.13.5/envs/shop" 0 \
		"pyenv-virtualenv: no virtualenv has been activated." 1 0 1 \
		"pyenv-virtualenv: no virtualenv has been activated." 1
}

@test "pyenv.md 9: several versions, one of them an environment; the short name inside a version" {
	fake_python 3.12.1
	in_shell bash 'pyvern activate notes 3.12.1; echo "$? $PYENV_VERSION"'
	is_output "0 notes:3.12.1"
	rm "$versions/notes"
	PYENV_VERSION=3.13.5 in_shell bash 'pyvern activate notes; echo "$? $PYENV_VERSION $VIRTUAL_ENV"'
	is_output "0 3.13.5/envs/notes $env/notes"
}

@test "pyenv.md 9: without NAME what is chosen here; with virtualenv-init no variable says it" {
	pin notes
	in_shell bash 'pyvern activate; echo "$VIRTUAL_ENV ${PYENV_VERSION-none}"'
	is_output "$env/notes notes"
	PYENV_VIRTUALENV_INIT=1 in_shell bash 'pyvern activate; echo "$VIRTUAL_ENV ${PYENV_VERSION-none} ${PYENV_ACTIVATE_SHELL-none}"'
	is_output "$env/notes none none"
}

@test "pyenv.md 9: a foreign environment is left alone; --force leaves it first" {
	as_pyenv
	pyvern venv -q -p 3.13 "$T/foreign"
	in_shell bash ". $T/foreign/bin/activate; before=\$PATH; pyvern activate notes; echo \"\$? \$VIRTUAL_ENV\"
[ \"\$PATH\" = \"\$before\" ] && echo same
pyvern activate -f notes; echo \"\$? \$VIRTUAL_ENV\"; case \$PATH in *foreign*) echo still; esac; type deactivate >/dev/null 2>&1 || echo gone"
	is_output "pyenv-virtualenv: virtualenv \`$T/foreign' is already activated" "0 $T/foreign" \
		same "0 $env/notes" gone
}

@test "pyenv.md 9: the prompt, its pattern, and how to be without" {
	in_shell bash 'PS1="\$ "; pyvern activate notes; echo "${PS1@P}"'
	is_output '(notes) $ '
	PYENV_VIRTUALENV_PROMPT='[py {venv}]' in_shell bash 'PS1="> "; pyvern activate notes; echo "${PS1@P}"'
	is_output "[py notes] > "
	PYENV_VIRTUALENV_PROMPT='plain' in_shell bash 'PS1="> "; pyvern activate notes; echo "${PS1@P}"'
	is_output "plain > "
	for name in PYENV_VIRTUALENV_DISABLE_PROMPT VIRTUAL_ENV_DISABLE_PROMPT; do
		run env "$name=1" bash -c 'eval "$(pyvern init - --no-rehash bash)"; PS1="> "; pyvern activate notes; echo "$PS1"; pyvern deactivate; echo "$PS1"'
		is_output "> " "> "
	done
	here zsh || return 0
	in_shell zsh 'PS1="> "; pyvern activate notes; print -P "$PS1"; setopt prompt_subst; pyvern activate shop; print -P "$PS1"'
	is_output "(notes) > " "(shop) > "
}

# What a shell could take for more than a name. A name has no "/", blank or control.
hostile=('$(touch$IFS$T_X)' '`touch$IFS$T_X`' "it's" 'a"b' '\' 'a\b' '!!' '%n%%s' '%F{red}' '*' '#x'
	'~' '{a,b}' '[x]' 'a&b' 'a|b' 'a<b>c' 'a=b' '$T_X' '\e[31m' '\u' '&' ';' '(x)' '^x^y^' 'grün')

@test "no name is code, now or when the prompt is drawn" {
	export T_X=$T/hacked
	for name in "${hostile[@]}"; do
		mkdir -p "$versions/3.13.5/envs/$name/bin"
		cp "$env/notes/pyvenv.cfg" "$versions/3.13.5/envs/$name/"
		cp -P "$env/notes/bin/python" "$env/notes/bin/activate" "$versions/3.13.5/envs/$name/bin/"
		ln -s "$versions/3.13.5/envs/$name" "$versions/$name"
	done
	# shellcheck disable=SC2317
	for name in "${hostile[@]}"; do
		export NAME=$name
		for shell in bash dash zsh ksh mksh; do
			here "$shell" || continue
			in_shell "$shell" 'PS1="> "; pyvern activate "$NAME"; printf "%s\n" "$VIRTUAL_ENV"; pyvern deactivate; printf "%s\n" "$PS1"'
			is_output "$versions/3.13.5/envs/$name" "> "
			[ ! -e "$T_X" ]
		done
		in_shell bash 'PS1="> "; pyvern activate "$NAME"; printf "%s\n" "${PS1@P}"'
		is_output "($name) > "
		if here zsh; then
			in_shell zsh 'setopt prompt_subst; PS1="> "; pyvern activate "$NAME"; print -P -- "$PS1"'
			[[ $output == *"> "* ]]
		fi
		if here fish; then
			in_shell fish 'function fish_prompt; echo -n "> "; end; pyvern activate $NAME; printf "%s\n" $VIRTUAL_ENV; fish_prompt; echo; pyvern deactivate; fish_prompt'
			is_output "$versions/3.13.5/envs/$name" "($name) > " "> "
		fi
		[ ! -e "$T_X" ]
	done
	for name in "${hostile[@]}"; do
		here tcsh || break
		PYENV_SHELL=tcsh pyvern sh-activate "$name" >"$T/code"
		printf 'set prompt = "> "\neval "`cat %s/code`"\nprintenv VIRTUAL_ENV\n' "$T" >"$T/script"
		run tcsh -f "$T/script"
		is_output "$versions/3.13.5/envs/$name"
		[ ! -e "$T_X" ]
	done
}

@test "a pattern's dollars and backquotes are no code; its escapes are the prompt's" {
	export T_X=$T/hacked
	PYENV_VIRTUALENV_PROMPT='$(touch $T_X)`touch $T_X`{venv}' in_shell bash 'PS1="> "; pyvern activate notes; echo "${PS1@P}"'
	is_output '_(touch _T_X)_touch _T_X_notes > '
	[ ! -e "$T_X" ]
}

@test "pyenv.md 9: conda's variables and scripts" {
	fake_version miniconda3-24.1 conda
	root=$versions/miniconda3-24.1
	touch "$root/bin/activate"
	mkdir -p "$root/etc/conda/activate.d" "$root/etc/conda/deactivate.d" "$root/etc/profile.d" "$root/envs/work/bin" "$root/envs/work/conda-meta"
	echo 'echo "in $CONDA_PREFIX"' >"$root/etc/conda/activate.d/it's.sh"
	echo 'echo profile' >"$root/etc/profile.d/conda.sh"
	echo 'echo "out $CONDA_PREFIX"' >"$root/etc/conda/deactivate.d/x.sh"
	cp "$root/bin/python" "$root/envs/work/bin/"
	for shell in bash dash zsh ksh mksh; do
		here "$shell" || continue
		CONDA_PREFIX=/before in_shell "$shell" 'pyvern activate miniconda3-24.1; echo "$CONDA_DEFAULT_ENV"; pyvern deactivate; echo "$CONDA_PREFIX ${CONDA_DEFAULT_ENV-none}"'
		is_output "in $root" profile root "out $root" "/before none"
		in_shell "$shell" 'pyvern activate miniconda3-24.1/envs/work; echo "$CONDA_DEFAULT_ENV $CONDA_PREFIX"'
		is_output "work $root/envs/work"
	done
}

@test "pyenv.md 9: as plain commands they print an error" {
	as_pyenv
	for command in activate deactivate; do
		run pyvern "$command"
		[ "$status" -eq 1 ]
		[ "${lines[0]}" = "\`pyenv $command' requires Pyenv and Pyenv-Virtualenv to be loaded into your shell." ]
		[ "${lines[1]}" = "Check your shell configuration and Pyenv and Pyenv-Virtualenv installation instructions." ]
	done
	rm "$PYVERN_ROOT/face"
	refuses 1 "activate works only after" pyvern activate notes
}

@test "pyenv.md 9: source activate NAME" {
	for shell in bash zsh; do
		here "$shell" || continue
		run "$shell" -c 'eval "$(pyvern init - --no-rehash '"$shell"')"; eval "$(pyvern virtualenv-init - '"$shell"')"; source activate notes; echo "$VIRTUAL_ENV"; source deactivate; echo "${VIRTUAL_ENV-none}"'
		is_output "pyenv-virtualenv: activate notes" "$env/notes" \
			"pyenv-virtualenv: deactivate 3.13.5/envs/notes" none
	done
	run bash -c 'eval "$(pyvern virtualenv-init - bash)"; activate notes'
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: activate must be sourced. Run 'source activate envname' instead of 'activate envname'"
}

# PowerShell and nushell are not here to try: the code is compared.
@test "PowerShell's and nushell's code" {
	PYENV_SHELL=pwsh run pyvern sh-activate notes
	is_output "\$env:PYENV_VERSION = 'notes'" "\$env:_PYVERN_SET_VERSION = 'notes'" \
		"\$env:PYENV_ACTIVATE_SHELL = '1'" "\$env:PYENV_VIRTUAL_ENV = '$env/notes'" \
		"\$env:VIRTUAL_ENV = '$env/notes'" "\$env:VIRTUAL_ENV_PROMPT = 'notes'" \
		"\$function:global:_pyenv_old_prompt = \$function:prompt" "function global:prompt {" \
		"  Write-Host -NoNewline '(notes) '" "  _pyenv_old_prompt" "}"
	PYENV_SHELL=nu run pyvern sh-activate notes
	is_output "\$env.PYENV_VERSION = \"notes\"" "\$env._PYVERN_SET_VERSION = \"notes\"" \
		"\$env.PYENV_ACTIVATE_SHELL = \"1\"" "\$env.PYENV_VIRTUAL_ENV = \"$env/notes\"" \
		"\$env.VIRTUAL_ENV = \"$env/notes\"" "\$env.VIRTUAL_ENV_PROMPT = \"notes\""
}

@test "pyenv.md 5, 9: hooks of activate and deactivate: what they print is evaluated, too" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/activate" "$PYVERN_ROOT/pyenv.d/deactivate"
	cat >"$PYVERN_ROOT/pyenv.d/activate/any.bash" <<-'END'
		before_activate 'echo "BEFORE=$venv;"'
		after_activate 'echo "AFTER=\${PYENV_VERSION};"'
	END
	echo "after_deactivate 'echo \"LEFT=\$venv;\"'" >"$PYVERN_ROOT/pyenv.d/deactivate/any.bash"
	run bash -c 'eval "$(pyvern init - bash)"; pyvern activate shop; echo "$BEFORE $AFTER ${VIRTUAL_ENV##*/}"
		pyvern deactivate; echo "$LEFT [${VIRTUAL_ENV-}]"'
	echo "$output"
	[[ $output == *"shop shop shop"* ]]
	[[ $output == *"shop []"* ]]
}
