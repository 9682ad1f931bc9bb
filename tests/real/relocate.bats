#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A root with real Pythons is moved: pyvern relocate, and then all that people do with it.
#
# PYVERN_REAL_ROOT: a root with 3.13.5 built by `pyvern install`; it is copied.

bats_require_minimum_version 1.5.0

load ../lib/real

setup_file() {
	export MISSING=
	[ -n "${PYVERN_REAL_ROOT:-}" ] || MISSING="PYVERN_REAL_ROOT names no root with a real Python"
	[ -n "$MISSING" ] || [ -x "$PYVERN_REAL_ROOT/versions/3.13.5/bin/python3.13" ] ||
		MISSING="3.13.5 is not in $PYVERN_REAL_ROOT"
	command -v cc >/dev/null || MISSING=${MISSING:-"no compiler is here"}
}

setup() {
	[ -z "$MISSING" ] || skip "$MISSING"
	T=$BATS_TEST_TMPDIR
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR VIRTUAL_ENV
	unset PYTHONPATH PYTHONHOME PIP_FIND_LINKS PIP_INDEX_URL PKG_CONFIG_PATH
	export HOME=$T/home NO_COLOR=1 LC_ALL=C.UTF-8 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	mkdir -p "$HOME" "$T/work" "$T/other"
	export PYVERN_ROOT=$T/first
	mkdir -p "$PYVERN_ROOT/versions"
	cp -a --reflink=auto "$PYVERN_REAL_ROOT/versions/3.13.5" "$PYVERN_ROOT/versions/"
	cd "$T/work" || return
}

# A wheel of our own, with a command, as pip takes it.
make_wheel() {
	python3 - "$1" <<-'PYTHON'
		import sys, zipfile
		info = "hello-1.0.dist-info/"
		with zipfile.ZipFile(sys.argv[1] + "/hello-1.0-py3-none-any.whl", "w") as wheel:
		    wheel.writestr("hello.py", "import sys\ndef main():\n    print('hello from', sys.prefix)\n")
		    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n")
		    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    wheel.writestr(info + "entry_points.txt", "[console_scripts]\nhello = hello:main\n")
		    wheel.writestr(info + "RECORD", "".join(n + ",,\n" for n in wheel.namelist()) + info + "RECORD,,\n")
	PYTHON
}

# No text and no link names OLD, but receipts do.
names_only() {
	run -1 grep -rIlF --exclude=receipt.json -e "$1" "$PYVERN_ROOT/versions"
	[ -z "$(find "$PYVERN_ROOT/versions" -lname "$1/*")" ]
}

# All that people do with the version, the environment and its command.
# shellcheck disable=SC2120 # its arguments are those of set
works() {
	local prefix=$PYVERN_ROOT/versions/3.13.5 word
	"$prefix/bin/python3.13" -I - "$prefix" <<-'PYTHON'
		import sys, sysconfig, ssl, sqlite3, ctypes, lzma, os
		prefix = sys.argv[1]
		values = sysconfig.get_config_vars()
		assert sys.prefix == prefix, sys.prefix
		for name in "prefix", "exec_prefix", "LIBDIR", "INCLUDEPY", "LIBPL", "BINDIR":
		    assert values[name].startswith(prefix) and os.path.isdir(values[name]), (name, values[name])
		data = __import__(sysconfig._get_sysconfigdata_name())
		assert data.__spec__.cached and os.path.exists(data.__spec__.cached), data.__spec__
	PYTHON
	"$prefix/bin/pip" --version | grep -qF "$prefix/lib/python3.13/site-packages/pip"
	[ "$("$prefix/bin/hello")" = "hello from $prefix" ]
	[ "$("$PYVERN_ROOT/versions/shop/bin/hello")" = "hello from $prefix/envs/shop" ] ||
		[ "$("$PYVERN_ROOT/versions/shop/bin/hello")" = "hello from $PYVERN_ROOT/versions/shop" ]
	"$prefix/envs/shop/bin/pip" --version | grep -qF "$prefix/envs/shop/lib"
	"$prefix/envs/shop/bin/python" -c 'import sys; assert sys.base_prefix == sys.argv[1], sys.base_prefix' "$prefix"
	[ "$(sh -c '. "$1/bin/activate"; echo "$VIRTUAL_ENV"; hello' sh "$prefix/envs/shop")" = \
		"$prefix/envs/shop"$'\n'"hello from $prefix/envs/shop" ]
	pyvern global 3.13.5
	[ "$("$PYVERN_ROOT/shims/python" -c 'import sys; print(sys.prefix)')" = "$prefix" ]
	# Each folder that builds are told of exists.
	eval "set -- $("$prefix/bin/python3-config" --cflags --ldflags --embed | tr '\n' ' ')"
	for word; do
		case $word in -[IL]/*) [ -d "${word#-?}" ] || { echo "no folder: $word"; return 1; } ;; esac
	done
	[[ "$*" == *"-I$prefix/include/python3.13"* ]]
	extension_builds "$prefix/bin/python3.13"
	extension_builds "$prefix/envs/shop/bin/python"
	embedding_runs "$("$prefix/bin/python3-config" --embed --cflags --ldflags)" LD_LIBRARY_PATH="$prefix/lib"
	if command -v pkg-config >/dev/null; then
		embedding_runs "$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs python-3.13-embed)" \
			LD_LIBRARY_PATH="$prefix/lib"
	fi
}

@test "a root that is moved twice, and back: all of it works, also with blanks in its path" {
	local place old
	pyvern relocate
	make_wheel "$T/work"
	"$PYVERN_ROOT/versions/3.13.5/bin/pip" install -q "$T/work/hello-1.0-py3-none-any.whl"
	pyvern virtualenv 3.13.5 shop
	"$PYVERN_ROOT/versions/shop/bin/pip" install -q "$T/work/hello-1.0-py3-none-any.whl"
	pyvern venv -p 3.13.5 "$T/other/env"
	works
	for place in "$T/a place with blanks" "$T/short" "$T/other/a much longer path to a root" "$T/first"; do
		old=$PYVERN_ROOT
		mv "$PYVERN_ROOT" "$place"
		export PYVERN_ROOT=$place
		# From any folder.
		cd /
		run -0 pyvern relocate
		echo "$output"
		[[ $output == *"~ 3.13.5   $old -> $place   "*" files"* ]]
		[[ $output == *"~ 3.13.5/envs/shop   $old -> $place   "* ]]
		cd "$T/work"
		run -0 pyvern relocate
		echo "$output"
		[[ $output == "= "*"nothing to do"* ]]
		works
		names_only "$old"
		manifest_holds "$place/versions/3.13.5" '\./(envs|bin/hello|lib/python3.13/site-packages/(hello|__pycache__))'
		# The environment that we do not know of.
		run ! "$T/other/env/bin/python" -c ''
		run -0 pyvern relocate "$T/other/env"
		echo "$output"
		"$T/other/env/bin/python" -c 'import sys; assert sys.base_prefix == sys.argv[1]' "$place/versions/3.13.5"
		"$T/other/env/bin/pip" --version
	done
}

@test "other versions that are at hand" {
	local tree name python any=
	rm -r "$PYVERN_ROOT/versions/3.13.5"
	for tree in "$PYVERN_REAL_ROOT"/versions/*; do
		name=${tree##*/}
		if [ -h "$tree" ] || [ "$name" = 3.13.5 ] || [ ! -e "$tree/.pyvern/receipt.json" ]; then continue; fi
		cp -a --reflink=auto "$tree" "$PYVERN_ROOT/versions/"
		any=1
	done
	[ -n "$any" ] || skip "there is no other"
	mv "$PYVERN_ROOT" "$T/a place"
	export PYVERN_ROOT="$T/a place"
	run -0 pyvern relocate
	echo "$output"
	for tree in "$PYVERN_ROOT"/versions/*; do
		[ ! -h "$tree" ] || continue
		name=${tree##*/}
		[[ $output == *"~ $name   "* ]]
		python=$tree/$(sed -n 's/^executable=//p' "$tree/.pyvern/facts")
		[ "$("$python" -c 'import sys; print(sys.prefix)')" = "$tree" ]
		"$tree/bin/pip" --version | grep -qF "$tree/lib/python"
		run -1 grep -rIlF --exclude=receipt.json -e "$PYVERN_REAL_ROOT" "$tree"
		extension_builds "$python"
		manifest_holds "$tree"
		pyvern virtualenv "$name" "env-$name"
		"$tree/envs/env-$name/bin/pip" --version
	done
	run -0 pyvern relocate
	[[ $output == "= "*"nothing to do"* ]]
}
