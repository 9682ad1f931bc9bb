#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The Python that the main job built: is it whole, is it where it says, is it clean?
#
# PYVERN_REAL_ROOT: a root with 3.13.5 built by `pyvern install`.

load ../lib/real

setup() {
	[ -n "${PYVERN_REAL_ROOT:-}" ] || skip "PYVERN_REAL_ROOT names no root with a real Python"
	version=3.13.5
	tree=$PYVERN_REAL_ROOT/versions/$version
	python=$tree/bin/python3.13
	[ -x "$python" ] || skip "$version is not in $PYVERN_REAL_ROOT"
	unset PYENV_VERSION PYVERN_VERSION VIRTUAL_ENV PYTHONPATH PYTHONHOME
	export PYVERN_ROOT=$PYVERN_REAL_ROOT HOME=$BATS_TEST_TMPDIR
	export PATH=$PYVERN_REAL_ROOT/shims:$PYVERN_TEST_STAGE/bin:$PATH
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null
	unset PIP_FIND_LINKS PIP_INDEX_URL
	cd "$BATS_TEST_TMPDIR" || return
}

@test "each module that a build can lose imports" {
	for module in ssl sqlite3 zlib bz2 lzma ctypes readline uuid curses; do
		run "$python" -I -c "import $module"
		echo "$module: $output"
		[ "$status" -eq 0 ]
	done
}

@test "TLS finds this system's certificates" {
	run "$python" -I -c 'import ssl; print(len(ssl.create_default_context().get_ca_certs()))'
	[ "$status" -eq 0 ]
	[ -s /etc/ssl/certs/ca-certificates.crt ] || skip "this system has no bundle of certificates"
	run "$python" -I -c 'import os, ssl; p = ssl.get_default_verify_paths(); print(os.path.isdir(p.capath or "") or os.path.isfile(p.cafile or ""))'
	[ "$output" = True ]
}

@test "the interpreter knows where it is" {
	run "$python" -I -c 'import sys, sysconfig; print(sys.prefix, sysconfig.get_config_var("prefix"), sysconfig.get_path("stdlib"))'
	[ "$output" = "$tree $tree $tree/lib/python3.13" ]
}

@test "facts, receipt and manifest are there and parse" {
	grep -qx 'version=3.13.5' "$tree/.pyvern/facts"
	grep -qx 'executable=bin/python3.13' "$tree/.pyvern/facts"
	run "$python" -I - "$tree/.pyvern/receipt.json" <<-'PYTHON'
		import json, sys
		r = json.load(open(sys.argv[1]))
		assert r["schema"] == 1 and r["name"] == "3.13.5", r
		assert len(r["artifact"]["sha256"]) == 64
		assert r["artifact"]["provenance"] == "pinned-digest"
		assert set(r["probe"]["works"]) >= {"ssl", "sqlite3", "zlib", "bz2", "lzma", "ctypes",
		    "readline", "uuid", "curses"}, r["probe"]
	PYTHON
	echo "$output"
	[ "$status" -eq 0 ]
	head -n 1 "$tree/.pyvern/manifest.mtree" | grep -qx '#mtree'
}

@test "another program reads the manifest and finds the tree as it was" {
	command -v bsdtar >/dev/null || skip "bsdtar is not here"
	run bsdtar -tf "$tree/.pyvern/manifest.mtree"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -gt 3000 ]
	digest=$(sed -n 's/^\.\/bin\/python3\.13 .*sha256digest=\([0-9a-f]*\).*/\1/p' "$tree/.pyvern/manifest.mtree")
	[ "$digest" = "$(sha256sum "$python" | cut -d' ' -f1)" ]
}

# A build's own folders stay in debug information and in variables that only CPython's
# own makefile uses; what others compile, link or start by must not name them.
@test "nothing that is used names the staging folder" {
	run grep -rIlF --exclude='_sysconfigdata*' --exclude=Makefile '/.staging/' "$tree"
	echo "$output"
	[ -z "$output" ]
	run sh -c 'grep -hF /.staging/ "$1"/lib/python3.13/config-*/Makefile | grep -vE "^(abs_srcdir|abs_builddir|RUNSHARED)="' sh "$tree"
	echo "$output"
	[ -z "$output" ]
	run "$python" -I -c 'import sysconfig as s; print([k for k, v in {**s.get_config_vars(), **s.get_paths()}.items() if "/.staging/" in str(v) and k not in ("COVERAGE_INFO", "COVERAGE_REPORT", "RUNSHARED", "TESTPYTHON", "TESTRUNNER", "abs_srcdir", "abs_builddir", "srcdir")])'
	[ "$output" = "[]" ]
	run sh -c '"$1"/bin/python3.13-config --embed --includes --cflags --libs --ldflags --configdir' sh "$tree"
	[ "$status" -eq 0 ]
	[[ $output != *"/.staging/"* ]]
}

@test "the modules are compiled, for the final place" {
	compiled=$(find "$tree/lib/python3.13" -name '*.pyc' -not -path '*/test/*' | wc -l)
	[ "$compiled" -gt 500 ]
	run "$python" -I -c 'import json.decoder as d; print(d.__spec__.cached, d.JSONDecoder.decode.__code__.co_filename)'
	[[ $output == "$tree/"*"cpython-313.pyc $tree/lib/python3.13/json/decoder.py" ]]
}

@test "no program of the version has a broken interpreter line" {
	for file in "$tree"/bin/*; do
		line=$(head -c 2 "$file" | tr -d '\0')
		[ "$line" = '#!' ] || continue
		interpreter=$(head -n 1 "$file" | sed 's/^#! *//; s/ .*//')
		echo "$file: $interpreter"
		[ -x "$interpreter" ]
	done
}

@test "pip of the version works, and installs a wheel into it only when asked" {
	run "$tree/bin/pip" --version
	[ "$status" -eq 0 ]
	[[ $output == *"$tree/lib/python3.13/site-packages/pip"* ]]
}

@test "the shim answers with the pinned version, and with the system's for system" {
	mkdir pinned plain
	echo 3.13.5 >pinned/.python-version
	run sh -c 'cd pinned && python --version'
	[ "$output" = "Python 3.13.5" ]
	echo system >plain/.python-version
	command -v /usr/bin/python3 >/dev/null || skip "the system has no python3"
	run sh -c 'cd plain && python3 --version'
	[ "$output" = "$(/usr/bin/python3 --version)" ] ||
		[ "$output" = "$(PATH=${PATH#*shims:} python3 --version)" ]
}

@test "python -m venv of it works, too" {
	run "$python" -m venv "$BATS_TEST_TMPDIR/by-venv"
	echo "$output"
	[ "$status" -eq 0 ]
	run "$BATS_TEST_TMPDIR/by-venv/bin/python" -c 'import sys; print(sys.base_prefix)'
	[ "$output" = "$tree" ]
}

@test "an extension in C compiles against it and runs" {
	pyvern venv -p 3.13.5 env
	extension_builds env/bin/python
}

@test "a program that embeds it links with what python-config says" {
	embedding_runs "$("$tree/bin/python3.13-config" --embed --cflags --ldflags)" \
		LD_LIBRARY_PATH="$tree/lib"
}

@test "an installed version is reported, not built again" {
	run pyvern install 3.13.5
	[ "$status" -eq 0 ]
	[[ $output == *"= 3.13.5"*installed* ]]
}
