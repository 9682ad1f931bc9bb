# SPDX-License-Identifier: MIT
# Versions that are the system's own Python in a folder of their own, with wheels that are
# made here. Source it with `load ../lib/system-python` after ../lib/venv.

# Sets $SYSTEM ("3.11.2") and $LANGUAGE ("3.11"); skips where the system has no Python.
system_python() {
	SYSTEM=$(/usr/bin/python3 -c 'import platform; print(platform.python_version())' \
		2>/dev/null) || skip "the system has no /usr/bin/python3"
	LANGUAGE=${SYSTEM%.*}
}

# Make the version $SYSTEM of it, with these wheels as what ensurepip has; no seed yet.
bundled_python() {
	local tree=$PYVERN_ROOT/versions/$SYSTEM wheels=() wheel
	local library=lib/python$LANGUAGE stdlib file
	mkdir -p "$tree/bin" "$tree/$library/site-packages" "$tree/$library/ensurepip/_bundled" \
		"$tree/.pyvern"
	ln -s /usr/bin/python3 "$tree/bin/python$LANGUAGE"
	ln -s "python$LANGUAGE" "$tree/bin/python3"
	# Its library, but for what is to be our own.
	stdlib=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
	for file in "$stdlib"/*; do
		[ -e "$tree/$library/${file##*/}" ] || ln -s "$file" "$tree/$library"
	done
	for wheel in "$@"; do
		cp "$wheel" "$tree/$library/ensurepip/_bundled"
		wheels+=("$library/ensurepip/_bundled/${wheel##*/}")
	done
	printf '%s\n' implementation=cpython "version=$SYSTEM" "abi=cpython-${LANGUAGE/./}" \
		"stdlib=$library" "platlib=$library/site-packages" "executable=bin/python$LANGUAGE" \
		"executables=python python3 python$LANGUAGE" "wheels=${wheels[*]}" \
		>"$tree/.pyvern/facts"
	pyvern rehash >/dev/null 2>&1
}

# make_wheel DIR NAME VERSION [TEXT [REQUIRES]]: the wheel of a package whose __main__ and
# command run TEXT, for Pythons as REQUIRES says. Its path is printed.
make_wheel() {
	/usr/bin/python3 - "$1" "$2" "$3" "${4-pass}" "${5->=2.7}" <<-'E'
		import sys, zipfile
		folder, name, version, text, requires = sys.argv[1:]
		path = '%s/%s-%s-py2.py3-none-any.whl' % (folder, name, version)
		info = '%s-%s.dist-info/' % (name, version)
		body = 'def main():\n' + ''.join('    %s\n' % line for line in text.split('\n'))
		files = {
		    name + '/__init__.py': 'version = %r\n' % version,
		    name + '/cli.py': body,
		    name + '/__main__.py': 'import sys\nsys.path.insert(0, __file__.rpartition("/%s/")[0])\n'
		    'from %s.cli import main\nmain()\n' % (name, name),
		    info + 'METADATA': 'Metadata-Version: 2.1\nName: %s\nVersion: %s\nRequires-Python: %s\n\n'
		    % (name, version, requires),
		    info + 'WHEEL': 'Wheel-Version: 1.0\nTag: py3-none-any\n',
		    info + 'entry_points.txt': '[console_scripts]\n%s = %s.cli:main\n' % (name, name),
		}
		with zipfile.ZipFile(path, 'w') as wheel:
		    for file in sorted(files):
		        wheel.writestr(file, files[file])
		    wheel.writestr(info + 'RECORD', ''.join('%s,,\n' % f for f in sorted(files)))
		print(path)
	E
}
