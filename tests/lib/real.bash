# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
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
