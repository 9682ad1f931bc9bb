# SPDX-License-Identifier: MIT
# shellcheck disable=SC2119,SC2120,SC2154 # tests give words; bats sets status and output
# What a real Python is good for. Source it with `load ../lib/real`.

# Compile an extension in C as the interpreter PYTHON says, in the working folder, and
# use it. What a build is told is a command line: words with quotes where they need some.
extension_builds() {
	local line
	cat >twice.c <<-'C'
		#include <Python.h>
		static PyObject *twice(PyObject *self, PyObject *n) { return PyNumber_Add(n, n); }
		static PyMethodDef methods[] = { { "twice", twice, METH_O, "" }, { 0 } };
		static struct PyModuleDef module = { PyModuleDef_HEAD_INIT, "twice", 0, -1, methods };
		PyMODINIT_FUNC PyInit_twice(void) { return PyModule_Create(&module); }
	C
	line=$("$1" -c 'import shlex, sysconfig as s; v = s.get_config_var; print(v("CC"), v("CFLAGS"), v("CCSHARED"), shlex.quote("-I" + s.get_path("include")), "-shared -o", "twice" + v("EXT_SUFFIX"))')
	rm -f twice.*.so
	eval "run $line twice.c"
	echo "$output"
	[ "$status" -eq 0 ]
	run "$1" -c 'import twice; print(twice.twice(21))'
	[ "$output" = 42 ]
}

# embedding_runs FLAGS [VARIABLE=VALUE...]: a program that has Python in it links with
# FLAGS, a command line, and runs.
embedding_runs() {
	cat >embed.c <<-'C'
		#include <Python.h>
		int main(void)
		{
			Py_Initialize();
			return PyRun_SimpleString("import ssl; print('embedded')") || Py_FinalizeEx();
		}
	C
	eval "run cc embed.c ${1//$'\n'/ } -o embed"
	echo "$output"
	[ "$status" -eq 0 ]
	run env "${@:2}" ./embed
	echo "$output"
	[ "$output" = embedded ]
}

# The manifest of the version in DIR is that of its files, but for what PATTERN (of a
# path, "./bin/x") names.
manifest_holds() {
	python3 - "$1" "${2:-$^}" <<-'PYTHON'
		import hashlib, os, re, sys
		os.chdir(sys.argv[1])
		known = set()
		for line in open(".pyvern/manifest.mtree", encoding="ascii"):
		    if line.startswith("#"):
		        continue
		    name, *words = line.split()
		    name, link = (re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), text).encode("latin1")
		                  for text in (name, "".join(w[5:] for w in words if w.startswith("link="))))
		    known.add(name)
		    values = dict(word.split("=", 1) for word in words)
		    if re.match(sys.argv[2], os.fsdecode(name)):
		        continue
		    if values["type"] == "file":
		        with open(name, "rb") as file:
		            assert hashlib.sha256(file.read()).hexdigest() == values["sha256digest"], name
		    elif values["type"] == "link":
		        assert os.readlink(name) == link, name
		for folder, folders, files in os.walk(b"."):
		    for name in folders + files:
		        path = os.path.join(folder, name)
		        if not path.startswith(b"./.pyvern") and not re.match(sys.argv[2], os.fsdecode(path)):
		            assert path in known, path
	PYTHON
}

# What is missing for a test that packs 3.13.5 of PYVERN_REAL_ROOT and needs these programs,
# a line each.
packing_lacks() {
	local program
	[ -n "${PYVERN_REAL_ROOT:-}" ] || { echo "PYVERN_REAL_ROOT names no root"; return; }
	[ -x "$PYVERN_REAL_ROOT/versions/3.13.5/bin/python3.13" ] || {
		echo "3.13.5 is not in $PYVERN_REAL_ROOT"
		return
	}
	for program in bsdtar python3 "$@"; do
		command -v "$program" >/dev/null || echo "$program is absent"
	done
	[ "$(uname -s)" = Linux ] || echo "these archives are for Linux"
}

# pack_python DIR VERSION...: it is in DIR as standalone builds are packed, under the names
# of these versions.
pack_python() {
	sh "$PYVERN_TEST_SOURCE/tests/lib/pack-standalone.sh" "$PYVERN_REAL_ROOT/versions/3.13.5" \
		"$1" "$PYVERN_TEST_BUILD/tests/real/move_tree" "${@:2}"
}

# packed_catalogue DIR ADDRESS TYPE VERSION...: a catalogue of what is in DIR, archives of
# TYPE (gz, xz, zst) that are got from below ADDRESS.
packed_catalogue() {
	local version name
	echo '# pyvern catalogue 1'
	for version in "${@:4}"; do
		name=cpython-$version+20260814-$(uname -m)-unknown-linux-gnu-install_only.tar.$3
		printf 'cpython\t%s\t\tstandalone\tlinux\t%s\tgnu\t\t20260814\t%s\t%s\t%d\n' "$version" \
			"$(uname -m)" "$2/$name" "$(sha256sum "$1/$name" | cut -d' ' -f1)" "$(wc -c <"$1/$name")"
	done
}

# For setup_file: 3.13.5 in $PKG under the names VERSION...; $MISSING is what lacks for it.
packed_python() {
	export MISSING PKG=$BATS_FILE_TMPDIR
	MISSING=$(packing_lacks | head -n 1)
	[ -n "$MISSING" ] || pack_python "$PKG" "$@"
}

# For setup, after packages: a home and a root of the test's own, and that 3.13.5 in it.
packed_root() {
	[ -z "$MISSING" ] || skip "$MISSING"
	own_root
	export PIP_NO_INDEX=1
	PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	known 3.13.5
	pyvern install -q 3.13.5
}

# The catalogue has these versions of $PKG.
known() {
	packed_catalogue "$PKG" "file://$PKG" zst "$@" >"$PYVERN_ROOT/catalog/real.tsv"
}
