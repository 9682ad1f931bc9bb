#!/bin/sh
# SPDX-License-Identifier: MIT
# fake-conda.sh NAME DIR [SERIES]: make DIR/NAME.sh, a stand-in for an installer script of
# the conda family: it understands -b -f -p PREFIX, unpacks what is behind it into
# PREFIX, replaces a placeholder by PREFIX in a text and in a program, and writes a
# record of their digests and a list in its user's home folder. Prints its catalogue
# line for this machine.
set -eu

name=$1
dir=$2
series=${3:-3.12}
implementation=$(printf %s "$name" | sed 's/[^a-z].*//')
work=$dir/conda
rm -rf "${work:?}"
mkdir -p "$work/bin" "$work/conda-meta" "$work/lib/python$series/site-packages/pip" \
	"$work/lib/python$series/ensurepip" "$work/include/python$series"
echo '# the landmark of a standard library' >"$work/lib/python$series/os.py"
printf '#define PY_VERSION "%s.4"\n' "$series" >"$work/include/python$series/patchlevel.h"
cat >"$work/bin/python$series" <<END
#!/bin/sh
# Answers the probe ("-I -B -c SCRIPT MODULE...") and --version.
case \${1-} in
--version | -V) echo "Python $series.4"; exit 0 ;;
esac
while [ \$# -gt 0 ] && [ "\$1" != -c ]; do shift; done
[ \$# -gt 1 ] || exit 2
shift 2
echo "python $series.4"
for module; do echo "ok \$module"; done
END
chmod 755 "$work/bin/python$series"
ln -s "python$series" "$work/bin/python3"
ln -s "python$series" "$work/bin/python"
tar -C "$work" -cf "$dir/payload.tar" .
cat >"$dir/$name.sh" <<'END'
#!/bin/bash
# Only a file whose name ends so is an installer.
case $0 in *.sh) ;; *) exit 7 ;; esac
batch=no
while getopts bfp: option; do
	case $option in
	b) batch=yes ;;
	f) ;;
	p) PREFIX=$OPTARG ;;
	*) exit 2 ;;
	esac
done
[ "$batch" = yes ] && [ -n "$PREFIX" ] || exit 2
echo "PREFIX=$PREFIX"
[ -z "${FAKE_FAIL-}" ] || { echo "no room left"; exit 1; }
mkdir -p "$PREFIX" "$HOME/.conda"
echo "$PREFIX" >>"$HOME/.conda/environments.txt"
sed '1,/^exit 0 # payload$/d' "$0" | tar -C "$PREFIX" -xf -
printf '#!%s/bin/python\nprint("conda")\n' "$PREFIX" >"$PREFIX/bin/conda"
printf 'ELF\0%s/lib\0rest' "$PREFIX" >"$PREFIX/lib/libfake.so"
chmod 755 "$PREFIX/bin/conda"
sum=$(sha256sum "$PREFIX/bin/conda" | cut -d' ' -f1)
printf '{"paths": [{"_path": "bin/conda", "sha256_in_prefix": "%s"}]}\n' "$sum" \
	>"$PREFIX/conda-meta/conda.json"
ln -s "$PREFIX/bin/conda" "$PREFIX/bin/far"
exit 0 # payload
END
cat "$dir/payload.tar" >>"$dir/$name.sh"
rm -rf "${work:?}" "$dir/payload.tar"
libc=gnu
# musl's linker answers for itself.
if ldd --version 2>&1 | grep -q musl; then libc=musl; fi
sum=$(openssl dgst -sha256 -r "$dir/$name.sh")
printf '%s\t%s\t\tinstaller\tlinux\t%s\t%s\t\t\tfile://%s\t%s\t%d\n' "$implementation" "$name" \
	"$(uname -m)" "$libc" "$dir/$name.sh" "${sum%% *}" "$(wc -c <"$dir/$name.sh")"
