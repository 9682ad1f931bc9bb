#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Environments on a real Python, in real shells: does what we make without starting
# any Python work as what `python -m venv` makes?
#
# PYVERN_REAL_ROOT: a root with 3.13.5 built by `pyvern install`.
# shellcheck disable=SC2016 # the other shells expand it

bats_require_minimum_version 1.5.0

# What a shell could take for more than a name.
# shellcheck disable=SC1003 # a backslash alone
hostile_names=("plain" "a b" "it's" '"quoted"' '$(touch X)' '`touch X`' 'wow!' '!!' 'back\slash'
	'\' "';touch X;'" ';touch X' '$HOME' '${X}' '%n%%s' '*' '#' '~' '{a,b}' '[x]' '(x)' 'a&b'
	'a|b' 'a<b>c' '-dash' 'a=b' '^x^y^' '$' '!' "a'b\"c" 'trailing ' ' leading' 'grün 日本 🐍'
	'%F{red}' '\e[31m' '\u' "'" '"')

# PYVERN_HOSTILE_NAMES=500 adds that many, put together of what shells look at; the same ones
# each time. (Minutes for each shell: by hand.)
add_hostile_names() { # COUNT
	# shellcheck disable=SC1003,SC1112 # all of them are meant
	local pieces=('$(touch X)' '`touch X`' '!' '!!' '!$' "'" '"' '\' ' ' '  ' '%' '%n' '%F{red}' '$X' '${X}' '$?' '$$'
		'$((1))' '*' '?' ';' '&' '&&' '|' '<' '>' '(' ')' '{a,b}' '[x]' '~' '#' '=' '^' '-' '+' '@' ',' '.' 'a'
		'Zz9' 'ü' '日本' '🐍' '‘' '’' '“' '\[' '\u' '\e[31m' "';touch X;'" '";touch X;"' '\n' '\'"'" '!#' '%%' '<(id)')
	local seed=20261127 wanted=$((${#hostile_names[@]} + $1)) name i n
	local -A known=()
	for name in "${hostile_names[@]}"; do known[$name]=1; done
	while [ ${#hostile_names[@]} -lt "$wanted" ]; do
		name=
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		n=$((seed / 65536 % 9 + 1))
		for ((i = 0; i < n; i++)); do
			seed=$(((seed * 1103515245 + 12345) % 2147483648))
			name+=${pieces[seed / 65536 % ${#pieces[@]}]}
		done
		case $name in . | ..) continue ;; esac
		if [ "$(printf %s "$name" | wc -c)" -gt 200 ] || [ -n "${known[$name]-}" ]; then continue; fi
		known[$name]=1
		hostile_names+=("$name")
	done
}

setup() {
	[ -n "${PYVERN_REAL_ROOT:-}" ] || skip "PYVERN_REAL_ROOT names no root with a real Python"
	version=3.13.5
	tree=$PYVERN_REAL_ROOT/versions/$version
	[ -x "$tree/bin/python3.13" ] || skip "$version is not in $PYVERN_REAL_ROOT"
	unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR VIRTUAL_ENV VIRTUAL_ENV_PROMPT
	unset PYTHONPATH PYTHONHOME PIP_FIND_LINKS PIP_INDEX_URL PIP_REQUIRE_VIRTUALENV
	unset VIRTUAL_ENV_DISABLE_PROMPT PYTHONDONTWRITEBYTECODE PIP_TARGET PIP_PREFIX PIP_USER
	export PYVERN_ROOT=$PYVERN_REAL_ROOT HOME=$BATS_TEST_TMPDIR/home
	export XDG_CONFIG_HOME=$HOME/config XDG_STATE_HOME=$HOME/state XDG_DATA_HOME=$HOME/data
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	export PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore LC_ALL=C.UTF-8
	mkdir "$HOME" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
	add_hostile_names "${PYVERN_HOSTILE_NAMES:-0}"
}

# A wheel with one module and one command.
make_wheel() {
	"$tree/bin/python3.13" -I - <<-'PYTHON'
		import base64, hashlib, zipfile
		info = "greet-1.0.dist-info/"
		files = {
		    "greet.py": "import sys\ndef main():\n    print('hello from', sys.prefix)\n"
		                "if __name__ == '__main__':\n    main()\n",
		    info + "METADATA": "Metadata-Version: 2.1\nName: greet\nVersion: 1.0\n",
		    info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		    info + "entry_points.txt": "[console_scripts]\ngreet = greet:main\n",
		}
		record = ""
		with zipfile.ZipFile("greet-1.0-py3-none-any.whl", "w") as wheel:
		    for name, text in files.items():
		        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
		        record += "%s,sha256=%s,%d\n" % (name, digest.rstrip(b"=").decode(), len(text))
		        wheel.writestr(name, text)
		    wheel.writestr(info + "RECORD", record + info + "RECORD,,\n")
	PYTHON
}

# A digest of the seed: an environment must never write into it.
seed_digest() {
	find "$tree/.pyvern/seed" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

@test "the interpreter knows that it is in an environment, by each of its names" {
	pyvern venv -q -p 3.13.5 env
	for name in python python3 python3.13; do
		run "env/bin/$name" -c 'import sys; print(sys.prefix, sys.base_prefix, sys.executable)'
		[ "$output" = "$PWD/env $tree $PWD/env/bin/$name" ]
	done
	run env/bin/python -c '
import site, sys, sysconfig
print(sysconfig.get_path("purelib"), sysconfig.get_path("scripts"), site.ENABLE_USER_SITE)'
	[ "$output" = "$PWD/env/lib/python3.13/site-packages $PWD/env/bin False" ]
}

@test "the same files as python -m venv makes, and no others of ours in its folders" {
	pyvern venv -q -p 3.13.5 ours
	"$tree/bin/python3.13" -m venv theirs
	for dir in ours theirs; do
		(cd "$dir" && find . -name __pycache__ -prune -o -print | sort) >"$dir.list"
	done
	# (Ours has scripts for more shells.)
	run diff theirs.list <(grep -v -x -e ./CACHEDIR.TAG -e ./bin/activate.xsh -e ./bin/activate.nu \
		-e ./bin/activate_this.py ours.list)
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(ours/bin/pip freeze --all)" = "$(theirs/bin/pip freeze --all)" ]
	ours/bin/pip check
}

@test "pip installs, runs, lists and removes, offline" {
	make_wheel
	pyvern venv -q -p 3.13.5 env
	run env/bin/pip install ./greet-1.0-py3-none-any.whl
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(env/bin/greet)" = "hello from $PWD/env" ]
	[ "$(env/bin/python -m pip list --format=freeze | grep -v ^pip)" = greet==1.0 ]
	env/bin/pip check
	run env/bin/pip uninstall --yes greet
	[ "$status" -eq 0 ]
	[ ! -e env/bin/greet ]
	run "$tree/bin/python3.13" -I -c 'import greet'
	[ "$status" -eq 1 ]
}

@test "pip replaces and removes itself in one environment, and in no other" {
	before=$(seed_digest)
	pyvern venv -q -p 3.13.5 one
	pyvern venv -q -p 3.13.5 two
	run one/bin/python -m pip install --force-reinstall "$tree"/lib/python3.13/ensurepip/_bundled/pip-*.whl
	echo "$output"
	[ "$status" -eq 0 ]
	one/bin/pip --version
	run one/bin/python -m pip uninstall --yes pip
	[ "$status" -eq 0 ]
	two/bin/pip --version
	[ "$(seed_digest)" = "$before" ]
	pyvern venv -q -p 3.13.5 three
	three/bin/pip check
}

@test "the compiled files of pip are used, and not written again" {
	pyvern venv -q -p 3.13.5 env
	(cd env && find . -name '*.pyc' -exec stat -c '%n %i %Y' {} + | sort) >before
	[ "$(wc -l <before)" -gt 100 ]
	env/bin/python -m pip --version
	(cd env && find . -name '*.pyc' -exec stat -c '%n %i %Y' {} + | sort) >after
	diff before after
}

@test "python -m venv inside makes an environment of the same Python" {
	pyvern venv -q -p 3.13.5 "out er"
	run "out er/bin/python" -m venv inner
	echo "$output"
	[ "$status" -eq 0 ]
	run inner/bin/python -c 'import sys; print(sys.prefix, sys.base_prefix)'
	[ "$output" = "$PWD/inner $tree" ]
	inner/bin/pip --version
}

@test "--system-site-packages and --without-pip do what they say" {
	pyvern venv -q -p 3.13.5 --system-site-packages shared
	run shared/bin/python -c 'import sys; print(any(p.startswith(sys.base_prefix) and p.endswith("site-packages") for p in sys.path))'
	[ "$output" = True ]
	pyvern venv -q -p 3.13.5 --without-pip bare
	run bare/bin/python -c 'import sys; print(any(p.startswith(sys.base_prefix) and p.endswith("site-packages") for p in sys.path))'
	[ "$output" = False ]
	run bare/bin/python -m pip
	[ "$status" -eq 1 ]
	bare/bin/python -m ensurepip
	bare/bin/pip3 --version
}

@test "an environment that follows a minor, and one whose folder was made before" {
	pyvern venv -q -p 3.13 follows
	run follows/bin/python -c 'import sys; print(sys.version.split()[0])'
	[ "$output" = 3.13.5 ]
	[ ! -e "$PYVERN_ROOT/versions/3.13" ] || grep -q "versions/3.13/bin" follows/pyvenv.cfg
	mkdir before
	pyvern venv -q -p 3.13.5 before
	before/bin/pip --version
}

@test "pip and its commands work from any folder" {
	make_wheel
	for name in "${hostile_names[@]}" "$(printf 'long-%0200d' 7)"; do
		echo "name: $name"
		pyvern venv -q -p 3.13.5 -- "$PWD/in/$name"
		"$PWD/in/$name/bin/pip" --version
		"$PWD/in/$name/bin/python" -m pip install -q ./greet-1.0-py3-none-any.whl
		[ "$("$PWD/in/$name/bin/python" -m greet)" = "hello from $PWD/in/$name" ]
		# The launchers that pip writes are shell text in double quotes.
		[[ $name != *[\$\`\"\\]* ]] || continue
		[ "$("$PWD/in/$name/bin/greet")" = "hello from $PWD/in/$name" ]
	done
	[ ! -e X ]
}

# A root of our own with the real Python, whose seed may be damaged.
own_root() {
	export PYVERN_ROOT=$BATS_TEST_TMPDIR/root
	mkdir -p "$PYVERN_ROOT/versions"
	cp -al "$tree" "$PYVERN_ROOT/versions/" 2>/dev/null || cp -a "$tree" "$PYVERN_ROOT/versions/"
	seed=$PYVERN_ROOT/versions/$version/.pyvern/seed
	# A link would be the real one.
	rm -r "$seed"
	cp -a "$tree/.pyvern/seed" "$seed"
}

@test "a seed that is gone or damaged is made anew, and the environment is whole" {
	own_root
	# Making one takes seconds: these stand for what can be damaged.
	for damage in 'rm -r "$seed"' 'echo garbage >"$seed/index"' \
		'rm "$seed/files/pip/__main__.py"' ': >"$seed/files/pip/__init__.py"' \
		'rm -r "$seed/files"; ln -s / "$seed/files"' \
		'rm -r "$seed/files/pip"; mkfifo "$seed/files/pip"' \
		'head -c 999 "$seed/index" >i; mv -f i "$seed/index"'; do
		chmod -R u+w "$seed"
		eval "$damage"
		run pyvern venv -p 3.13.5 env
		echo "$damage: $output"
		[ "$status" -eq 0 ]
		[[ $output == *"+ env      Python 3.13.5, pip 25"* ]]
		env/bin/pip check
		[ "$(ls -A)" = env ]
		run pyvern venv --clear -p 3.13.5 env
		[[ $output == "~ env      Python 3.13.5, pip 25"* ]]
		rm -r env
	done
}

@test "a damaged seed in a root that may not be written: no environment, and a way out" {
	unshare -m true 2>/dev/null || skip "no mount namespaces here"
	own_root
	rm "$seed/files/pip/__main__.py"
	run unshare -m sh -c '
		mount --bind "$PYVERN_ROOT" "$PYVERN_ROOT" &&
		mount -o remount,ro,bind "$PYVERN_ROOT" || exit 99
		pyvern venv -p 3.13.5 env
		echo "status $?"
		ls -A
		pyvern venv -p 3.13.5 --without-pip env'
	[ "$status" -ne 99 ] || skip "mount is refused here"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"! env      is not made: 3.13.5 has no pip to link"* ]]
	[[ $output == *"to fix   pyvern venv --without-pip -p 3.13.5"*"status 1"$'\n'"+ env "* ]]
	env/bin/python -c 'pass'
}

# in_shell SHELL SUFFIX OPTIONS... <SCRIPT: for each hostile name, make the environment
# $E and have SHELL run SCRIPT, which prints, between a first and a last PATH, what the
# environment is. The names share one SHELL, so that one leaves what the next finds.
in_shell() {
	local shell=$1 name
	shift
	command -v "$shell" >/dev/null || skip "$shell is not here"
	cat >"$BATS_TEST_TMPDIR/script"
	for name in "${hostile_names[@]}"; do
		export E=$PWD/$name
		pyvern venv -q -p 3.13.5 --without-pip -- "$E"
		run "$shell" "$@" "$BATS_TEST_TMPDIR/script"
		printf 'name: %s\nstatus %d\n%s\n' "$name" "$status" "$output"
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 7 ]
		[ "${lines[0]}" = "$PATH" ]
		[ "${lines[1]}" = "$E" ]         # VIRTUAL_ENV
		[ "${lines[2]}" = "$name" ]      # VIRTUAL_ENV_PROMPT
		[ "${lines[3]}" = "$E" ]         # sys.prefix of the first python on PATH
		[ "${lines[4]}" = "$E/bin:$PATH" ]
		[ "${lines[5]}" = "$PATH" ]      # after deactivate
		[ "${lines[6]}" = "none none" ]  # of both variables
		[ ! -e X ]
		[ ! -e "$HOME/X" ]
	done
}

sh_script() {
	cat <<-'END'
		PS1='$ '
		printenv PATH
		. "$E/bin/activate"
		printenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT
		python -c 'import sys; print(sys.prefix)'
		printenv PATH
		deactivate
		printenv PATH
		echo "${VIRTUAL_ENV-none} ${VIRTUAL_ENV_PROMPT-none}"
		[ "$PS1" = '$ ' ]
	END
}

@test "activate: sh" {
	in_shell sh < <(sh_script)
}

@test "activate: bash" {
	in_shell bash < <(sh_script)
}

@test "activate: bash with every check on" {
	in_shell bash --norc -eu -o pipefail < <(sh_script)
}

@test "activate: bash as sh" {
	in_shell bash --posix < <(sh_script)
}

@test "activate: dash" {
	in_shell dash -eu < <(sh_script)
}

@test "activate: zsh" {
	in_shell zsh -f < <(sh_script)
}

@test "activate: zsh with prompts that are expanded" {
	in_shell zsh -f -eu -o prompt_subst < <(sh_script)
}

@test "activate: ksh" {
	in_shell ksh < <(sh_script)
}

@test "activate: mksh" {
	in_shell mksh < <(sh_script)
}

@test "activate: busybox" {
	in_shell busybox sh < <(sh_script)
}

@test "activate: fish" {
	in_shell fish --no-config <<-'END'
		function fish_prompt; echo '$ '; end
		printenv PATH
		source $E/bin/activate.fish
		printenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT
		python -c 'import sys; print(sys.prefix)'
		printenv PATH
		test (fish_prompt) = "($VIRTUAL_ENV_PROMPT) \$ "; or exit 3
		deactivate
		printenv PATH
		set -q VIRTUAL_ENV; and echo $VIRTUAL_ENV; or echo -n 'none '
		set -q VIRTUAL_ENV_PROMPT; and echo $VIRTUAL_ENV_PROMPT; or echo none
		test (fish_prompt) = '$ '; or exit 4
		functions -q deactivate; and exit 5
		exit 0
	END
}

@test "activate: tcsh" {
	in_shell tcsh -f <<-'END'
		set prompt = '$ '
		printenv PATH
		source "$E:q/bin/activate.csh"
		printenv VIRTUAL_ENV
		printenv VIRTUAL_ENV_PROMPT
		python -c 'import sys; print(sys.prefix)'
		printenv PATH
		deactivate
		printenv PATH
		if ($?VIRTUAL_ENV || $?VIRTUAL_ENV_PROMPT) exit 3
		echo none none
		if ("$prompt:q" != '$ ') exit 4
	END
}

@test "activate: xonsh" {
	local name names=()
	# Its PATH expands variables whenever it is looked at: there such a path cannot be entered.
	for name in "${hostile_names[@]}"; do
		[ "$name" = '$HOME' ] || names+=("$name")
	done
	hostile_names=("${names[@]}")
	in_shell xonsh --no-rc <<-'END'
		printenv PATH
		source @($E + '/bin/activate.xsh')
		printenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT
		python -c 'import sys; print(sys.prefix)'
		printenv PATH
		deactivate
		printenv PATH
		print('VIRTUAL_ENV' in ${...} and 'set' or 'none', 'VIRTUAL_ENV_PROMPT' in ${...} and 'set' or 'none')
		assert 'deactivate' not in aliases and '_pyvern_enter' not in globals()
	END
	pyvern venv -q -p 3.13.5 --without-pip '$HOME'
	cat >"$BATS_TEST_TMPDIR/script" <<-'END'
		try:
		    source @('./$HOME/bin/activate.xsh')
		except Exception as e:
		    print(e)
		print('VIRTUAL_ENV' in ${...}, 'deactivate' in aliases)
	END
	run xonsh --no-rc "$BATS_TEST_TMPDIR/script"
	echo "$output"
	[[ $output == *'takes a part of this path for a variable'*'False False' ]]
}

@test "activate_this.py: a Python that runs already" {
	make_wheel
	for name in "${hostile_names[@]}"; do
		export E=$PWD/$name
		pyvern venv -q -p 3.13.5 -- "$E"
		"$E/bin/pip" --disable-pip-version-check install -q --no-index ./*.whl
		run "$tree/bin/python3.13" -c '
import os, sys
path = os.environ["E"] + "/bin/activate_this.py"
exec(open(path, encoding="utf-8").read(), {"__file__": path})
import pip
assert pip.__file__.startswith(os.environ["E"] + "/"), pip.__file__
assert os.environ["PATH"].startswith(os.environ["E"] + "/bin:")
print(sys.prefix == os.environ["E"] == os.environ["VIRTUAL_ENV"], os.environ["VIRTUAL_ENV_PROMPT"])'
		echo "$output"
		[ "$output" = "True $name" ]
	done
}

# Prompts are where a name can become code: each shell expands them in its own way.
@test "prompts show the name, and run nothing, also when an option changes later" {
	for name in "${hostile_names[@]}"; do
		E=$PWD/env
		export E
		pyvern venv -q -p 3.13.5 --without-pip --clear --prompt "$name" env
		for options in "" "-O promptvars" "+O promptvars"; do
			# shellcheck disable=SC2086 # words
			run bash --norc $options -c 'PS1="$ "; . "$E/bin/activate"
				echo "${PS1@P}"; shopt -s promptvars; : "${PS1@P}"'
			echo "bash $options: $output"
			[ "$status" -eq 0 ]
			[[ $output == "("*") $ " ]]
			[ ! -e X ]
		done
		for options in "" "-o promptsubst" "-o promptbang"; do
			command -v zsh >/dev/null || break
			# shellcheck disable=SC2086 # words
			run zsh -f $options -c 'PS1="$ "; . "$E/bin/activate"
				print -P -- "$PS1"; setopt promptsubst; print -P -- "$PS1" >/dev/null'
			echo "zsh $options: $output"
			[ "$status" -eq 0 ]
			[[ $output == "("*") $ " ]]
			[ ! -e X ]
		done
		run sh -c 'printf "PS1=\"\$ \"\n. \"\$E/bin/activate\"\necho shown\nexit\n" | sh -i 2>&1'
		[[ $output == *"shown"* ]]
		[ ! -e X ]
		command -v tcsh >/dev/null || continue
		run tcsh -f -c 'set prompt = "> "; source "$E:q/bin/activate.csh"; echo "$prompt:q"'
		echo "tcsh: $output"
		[[ $output == "("*") > " ]]
		printf 'set prompt = "> "\nsource "$E:q/bin/activate.csh"\necho shown\n' | tcsh -if >/dev/null 2>&1
		[ ! -e X ]
	done
}

@test "one after the other, again, and one inside the other" {
	pyvern venv -q -p 3.13.5 --without-pip one
	pyvern venv -q -p 3.13.5 --without-pip two
	export VIRTUAL_ENV_DISABLE_PROMPT=1
	for shell in sh bash dash "zsh -f" ksh mksh; do
		command -v "${shell%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # words
		run env PYTHONHOME=/nowhere $shell -c '
			. one/bin/activate; . one/bin/activate; . two/bin/activate
			printenv PATH
			[ -z "${PYTHONHOME+set}" ] || echo PYTHONHOME
			deactivate
			printenv PATH PYTHONHOME
			. two/bin/activate
			'"$shell"' -c ". one/bin/activate; deactivate; printenv VIRTUAL_ENV PATH"'
		echo "$shell: $output"
		[ "${lines[0]}" = "$PWD/two/bin:$PATH" ]
		[ "${lines[1]}" = "$PATH" ]
		[ "${lines[2]}" = /nowhere ]
		[ "${lines[3]}" = "$PWD/two" ]
		[ "${lines[4]}" = "$PWD/two/bin:$PATH" ]
	done
}

@test "a newline in the name is refused before anything is made" {
	run -2 pyvern venv -p 3.13.5 "$(printf 'two\nlines')"
	[ -z "$(ls -A)" ]
}
