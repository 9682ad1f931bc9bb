#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that know pyenv find and use our versions, in both faces: direnv,
# virtualenv, tox, nox, pipx, pre-commit. They are the machine's own, and need no
# network; one that is not here is passed over.
#
# PYVERN_REAL_ROOT: a root with real Pythons (with one, the system's is the other).
# PYVERN_TEST_CLIENTS: a folder of newer clients, first on PATH.

bats_require_minimum_version 1.5.0

setup_file() {
	local tree language
	export ROOT=$BATS_FILE_TMPDIR/root
	[ -n "${PYVERN_REAL_ROOT:-}" ] || return 0
	mkdir -p "$ROOT/versions" "$BATS_FILE_TMPDIR/our" "$BATS_FILE_TMPDIR/wheels"
	# Debian's clients are older than 3.14, and the newest make nothing for 3.8.
	for tree in "$PYVERN_REAL_ROOT"/versions/3.9.* "$PYVERN_REAL_ROOT"/versions/3.1[0-3].*; do
		[ -h "$tree" ] || [ ! -x "$tree/bin/python" ] || ln -s "$tree" "$ROOT/versions/"
	done
	if [ "$(count_versions)" -eq 1 ]; then
		language=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') || true
		case $language in
		3.9 | 3.1[0-3])
			# As people link the system's Python into their pyenv.
			tree=$ROOT/versions/$(/usr/bin/python3 -V | cut -d' ' -f2)
			mkdir -p "$tree/bin"
			ln -s "/usr/bin/python$language" "$tree/bin/python$language"
			ln -s "python$language" "$tree/bin/python3"
			ln -s python3 "$tree/bin/python"
			;;
		esac
	fi
	[ "$(count_versions)" -ge 2 ] || return 0
	new=$(list_versions | tail -n 1)
	old=$(list_versions | head -n 1)
	new_series=${new%.*}
	old_series=${old%.*}
	new_tag=py${new_series/./}
	old_tag=py${old_series/./}
	export new old new_series old_series new_tag old_tag
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$BATS_FILE_TMPDIR/our/pyenv"
	HOME=$BATS_FILE_TMPDIR PYVERN_ROOT=$ROOT "$PYVERN_TEST_STAGE/bin/pyvern" rehash
	make_wheel "$BATS_FILE_TMPDIR/wheels"
}

list_versions() {
	find "$ROOT/versions" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V
}

count_versions() {
	list_versions | wc -l
}

# A command, hello-client, that tells which Python it is of.
make_wheel() {
	"$ROOT/versions/$new/bin/python" -I - "$1" <<-'PYTHON'
		import base64, hashlib, sys, zipfile
		info = "hello_client-1.0.dist-info/"
		files = {
		    "hello_client.py": "import sys\ndef main():\n    print('hello', '%d.%d' % sys.version_info[:2])\n",
		    info + "METADATA": "Metadata-Version: 2.1\nName: hello-client\nVersion: 1.0\n",
		    info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		    info + "entry_points.txt": "[console_scripts]\nhello-client = hello_client:main\n",
		}
		record = ""
		with zipfile.ZipFile(sys.argv[1] + "/hello_client-1.0-py3-none-any.whl", "w") as wheel:
		    for name, text in files.items():
		        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
		        record += "%s,sha256=%s,%d\n" % (name, digest.rstrip(b"=").decode(), len(text))
		        wheel.writestr(name, text)
		    wheel.writestr(info + "RECORD", record + info + "RECORD,,\n")
	PYTHON
}

setup() {
	[ -n "${PYVERN_REAL_ROOT:-}" ] || skip "PYVERN_REAL_ROOT names no root with a real Python"
	[ -n "${old:-}" ] || skip "two Pythons from 3.9 to 3.13 are needed"
	T=$BATS_TEST_TMPDIR
	export TMPDIR=$T
	outside=${PYVERN_TEST_CLIENTS:+$PYVERN_TEST_CLIENTS:}/usr/local/bin:/usr/bin:/bin
	unset PYVERN_ROOT PYVERN_VERSION PYVERN_DIR "${!PYENV_@}" "${!PIP_@}" "${!VIRTUALENV_@}" "${!TOX_@}" "${!NOX_@}" \
		"${!PIPX_@}" "${!PRE_COMMIT@}" "${!DIRENV_@}" "${!XDG_@}" "${!GIT_@}"
	unset VIRTUAL_ENV PYTHONPATH PYTHONHOME
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	export PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore NO_COLOR=1 LC_ALL=C.UTF-8
	# What a client needs of pip and its like is in Debian's wheels, if they are here.
	export PIP_FIND_LINKS="$BATS_FILE_TMPDIR/wheels /usr/share/python-wheels"
	# Nothing is installed into most environments; so they cost a tenth.
	export VIRTUALENV_NO_PIP=1 VIRTUALENV_NO_SETUPTOOLS=1 VIRTUALENV_NO_WHEEL=1
	export VIRTUALENV_NO_PERIODIC_UPDATE=1 VIRTUALENV_NO_DOWNLOAD=1
	# How each of them asks.
	tell='import sys; print("%d.%d" % sys.version_info[:2], sys.prefix != sys.base_prefix)'
}

# Whether the client is there, before a face takes the caller's PATH away.
need() {
	PATH=$outside command -v "$1" >/dev/null ||
		skip "$1 is not here"
}

# A home and a project of the face's own, both Pythons chosen globally, as pyenv's
# users do for tox. The root is named as DESIGN says it may be: by either variable.
begin_face() {
	face=$1
	echo "== $face face"
	echo "$face" >"$ROOT/face"
	printf '%s\n' "$new" "$old" >"$ROOT/version"
	export HOME=$T/$face/home
	mkdir -p "$HOME" "$T/$face/project"
	unset PYENV_ROOT PYVERN_ROOT
	case $face in
	pyenv) export PYENV_ROOT=$ROOT ;;
	pyvern) export PYVERN_ROOT=$ROOT ;;
	esac
	PATH=$ROOT/shims:$BATS_FILE_TMPDIR/our:$PYVERN_TEST_STAGE/bin:$outside
	cd "$T/$face/project" || return
}

# The output has each of these lines.
has_lines() {
	local line
	printf '%s\n' "$output"
	for line in "$@"; do
		grep -qxF -- "$line" <<<"$output" || {
			echo "no line: $line"
			return 1
		}
	done
}

@test "virtualenv: -p by version, by name, by tag, by what is pinned" {
	need virtualenv
	for face in pyenv pyvern; do
		begin_face "$face"
		for request in "$old" "$old_series" "python$old_series" "$old_tag" \
			"$ROOT/versions/$old/bin/python"; do
			run virtualenv -q -p "$request" env
			echo "$request: $output"
			[ "$status" -eq 0 ]
			run env/bin/python -c "$tell"
			has_lines "$old_series True"
			rm -r env
		done
		# The shim tells virtualenv where the pinned one is, and not where itself is.
		echo "$old" >.python-version
		virtualenv -q -p "$ROOT/shims/python" env
		run env/bin/python -c "$tell"
		has_lines "$old_series True"
		grep -q "^home = .*/versions/$old/bin\$\|^home = $(dirname "$(realpath "$ROOT/versions/$old/bin/python")")\$" \
			env/pyvenv.cfg
		rm -r env .python-version
		PYENV_VERSION=$old virtualenv -q -p "$ROOT/shims/python3" env
		run env/bin/python -c "$tell"
		has_lines "$old_series True"
	done
}

@test "tox: an environment for each version that is chosen" {
	need tox
	for face in pyenv pyvern; do
		begin_face "$face"
		cat >tox.ini <<-INI
			[tox]
			skipsdist = true
			envlist = $old_tag,$new_tag
			[testenv]
			skip_install = true
			list_dependencies_command = python -c ""
			commands = python -c '$tell'
		INI
		run tox -q
		[ "$status" -eq 0 ]
		has_lines "$old_series True" "$new_series True"
	done
}

@test "tox: pins of the project, in the pyenv face only these; in ours the newest of the others, too" {
	need tox
	cat >"$T/tox.ini" <<-INI
		[tox]
		skipsdist = true
		envlist = $old_tag,$new_tag
		[testenv]
		skip_install = true
		list_dependencies_command = python -c ""
		commands = python -c '$tell'
	INI
	for face in pyenv pyvern; do
		begin_face "$face"
		cp "$T/tox.ini" .
		echo "$new" >.python-version
		rm "$ROOT/version"
		run tox -q -e "$old_tag"
		printf '%s\n' "$output"
		# The system has one of this name, or none is found.
		if [ "$face" = pyvern ] || PATH=/usr/bin:/bin command -v "python$old_series" >/dev/null; then
			[ "$status" -eq 0 ]
			has_lines "$old_series True"
		else
			[ "$status" -ne 0 ]
		fi
	done
}

@test "nox: sessions by virtualenv, by venv, and without an environment" {
	need nox
	need virtualenv
	for face in pyenv pyvern; do
		begin_face "$face"
		cat >noxfile.py <<-PYTHON
			import nox
			tell = '$tell'
			@nox.session(python=["$old_series", "$new_series"], venv_backend="virtualenv")
			def both(session):
			    session.run("python", "-c", tell)
			@nox.session(python="$old_series", venv_backend="venv", venv_params=["--without-pip"])
			def venv(session):
			    session.run("python", "-c", tell)
			@nox.session(venv_backend="none")
			def none(session):
			    session.run("python", "-c", tell, external=True)
		PYTHON
		run nox -s both
		[ "$status" -eq 0 ]
		has_lines "$old_series True" "$new_series True"
		run nox -s none
		[ "$status" -eq 0 ]
		has_lines "$new_series False"
		run nox -s venv
		[ "$status" -eq 0 ]
		has_lines "$old_series True"
	done
}

@test "pipx: an application on the Python that is named, and on the pinned one" {
	need pipx
	for face in pyenv pyvern; do
		begin_face "$face"
		# Its pip is shared by all applications, made once.
		export PIPX_SHARED_LIBS=$T/shared
		# The newest wants the newest pip.
		[ -z "${PYVERN_TEST_CLIENTS:-}" ] || unset PIP_NO_INDEX PIP_CONFIG_FILE
		case $face in
		pyenv) run pipx install --python "python$old_series" hello-client ;;
		pyvern)
			echo "$old" >.python-version
			# The newest starts it in another folder: the path is asked for here.
			PIPX_DEFAULT_PYTHON=$(pyenv which python) run pipx install hello-client
			;;
		esac
		printf '%s\n' "$output"
		[ "$status" -eq 0 ]
		run "$HOME/.local/bin/hello-client"
		has_lines "hello $old_series"
	done
}

@test "pre-commit: a hook's language_version, default_language_version, and language: system" {
	need pre-commit
	need git
	# A repository of hooks, with a build that needs nothing from elsewhere.
	mkdir "$T/hooks"
	cd "$T/hooks"
	cat >.pre-commit-hooks.yaml <<-'YAML'
		- id: hello
		  name: hello
		  entry: hello-client
		  language: python
		  always_run: true
		  pass_filenames: false
		  verbose: true
	YAML
	cat >pyproject.toml <<-'TOML'
		[build-system]
		requires = []
		build-backend = "backend"
		backend-path = ["."]
	TOML
	cat >backend.py <<-PYTHON
		import shutil
		wheel = "hello_client-1.0-py3-none-any.whl"
		def build_wheel(folder, settings=None, metadata=None):
		    shutil.copy("$BATS_FILE_TMPDIR/wheels/" + wheel, folder)
		    return wheel
	PYTHON
	git_here init -q .
	git_here add -A
	git_here commit -qm hooks
	revision=$(git_here rev-parse HEAD)
	# Debian's pip is older than 3.12, so the version's own serves all environments.
	export PYTHONPATH=$T/pip
	"$ROOT/versions/$new/bin/python" -m zipfile -e \
		"$ROOT/versions/$new/lib/python$new_series"/ensurepip/_bundled/pip-*.whl "$T/pip"
	for face in pyenv pyvern; do
		begin_face "$face"
		git_here init -q .
		cat >.pre-commit-config.yaml <<-YAML
			default_language_version:
			  python: python$new_series
			repos:
			- repo: file://$T/hooks
			  rev: $revision
			  hooks:
			  - id: hello
			  - id: hello
			    name: older
			    language_version: python$old_series
			- repo: local
			  hooks:
			  - id: system
			    name: system
			    language: system
			    entry: python -c '$tell'
			    always_run: true
			    pass_filenames: false
			    verbose: true
		YAML
		git_here add -A
		run pre-commit run -a
		printf '%s\n' "$output"
		[ "$status" -eq 0 ]
		has_lines "hello $new_series" "hello $old_series" "$new_series False"
	done
}

git_here() {
	git -c user.name=test -c user.email=test@example.org "$@"
}

@test "direnv: layout pyenv, one version and several" {
	need direnv
	for face in pyenv pyvern; do
		begin_face "$face"
		echo "layout pyenv $old $new" >.envrc
		direnv allow
		# Once is enough for making pip.
		[ "$face" = pyenv ] || "$ROOT/versions/$new/bin/python" -m venv --without-pip \
			".direnv/python-$("$ROOT/versions/$new/bin/python" -V | cut -d' ' -f2)"
		# direnv makes one environment, on the last of them.
		run direnv exec . sh -c 'echo "$PYENV_VERSION"; python -c "$1"; "$2" -c "$1"; pyenv version --bare' \
			sh "$tell" "python$old_series"
		[ "$status" -eq 0 ]
		has_lines "$old:$new" "$new_series True" "$old_series False" "$old" "$new"
	done
}

@test "direnv: layout pyenv 3.13, by the alias that we keep" {
	need direnv
	[ -h "$PYVERN_REAL_ROOT/versions/3.13" ] || skip "PYVERN_REAL_ROOT has no alias 3.13"
	begin_face pyvern
	export PYVERN_ROOT=$PYVERN_REAL_ROOT
	PATH=$PYVERN_ROOT/shims:${PATH#*:}
	"$PYVERN_ROOT/versions/3.13/bin/python" -m venv --without-pip \
		".direnv/python-$("$PYVERN_ROOT/versions/3.13/bin/python" -V | cut -d' ' -f2)"
	echo "layout pyenv 3.13" >.envrc
	direnv allow
	run direnv exec . sh -c 'echo "$PYENV_VERSION"; python -c "$1"; python3.13 -c "$1"' sh "$tell"
	[ "$status" -eq 0 ]
	has_lines 3.13 "3.13 True"
}

# What a person sees with both hooks, before and behind each prompt.
type_to_both() {
	mkdir -p inside/below
	echo "layout python python$old_series --without-pip" >inside/.envrc
	printf '%s\n' "$new" "$old" >inside/.python-version
	direnv allow inside
	cat >typed <<-SH
		python -c '$tell' >>$PWD/said
		cd inside/below
		python -c '$tell' >>$PWD/said
		command -v python >>$PWD/said
		pyenv shell $new
		echo "shell \$PYENV_VERSION" >>$PWD/said
		python -c '$tell' >>$PWD/said
		pyenv shell --unset
		cd ../..
		python -c '$tell' >>$PWD/said
		printenv PATH >>$PWD/said
		exit
	SH
}

@test "direnv's hook and ours in one shell" {
	need direnv
	for face in pyenv pyvern; do
		begin_face "$face"
		type_to_both
		printf '%s\n' "$new_series False" "$old_series True" \
			"$PWD/inside/.direnv/python-$old/bin/python" "shell $new" "$old_series True" \
			"$new_series False" "$PATH" >expected
		for shell in bash zsh fish; do
			command -v "$shell" >/dev/null || continue
			case $shell in
			fish) hooks=("pyenv init - fish | source" "direnv hook fish | source") ;;
			*) hooks=("eval \"\$(pyenv init - $shell)\"" "eval \"\$(direnv hook $shell)\"") ;;
			esac
			for order in "${hooks[0]};${hooks[1]}" "${hooks[1]};${hooks[0]}"; do
				echo "$order" | tr ';' '\n' >.zshrc
				rm -f said
				case $shell in
				bash) run bash --rcfile .zshrc -i <typed ;;
				zsh) ZDOTDIR=$PWD run zsh -i <typed ;;
				fish) run script -qec "fish --no-config -i -C 'source .zshrc'" /dev/null <typed ;;
				esac
				echo "$order: $output"
				diff expected said
			done
		done
	done
}
