#!/bin/sh
# SPDX-License-Identifier: MIT
# fake-standalone.sh VERSION DIR [COLUMN=VALUE...]: pack DIR/standalone-VERSION….tar.gz,
# a tiny stand-in for a standalone build: the files of a CPython that was made for
# /install, and an interpreter that answers the probe of `pyvern install`. Prints its
# catalogue line for this machine with a file:// address. Columns: variant, cpu, build,
# arch, libc; and
#	missing="ssl _uuid"   modules that cannot be imported
#	broken=1              the interpreter cannot start
#	says=VERSION          the headers are of another version
#	layout=full           python/install and python/build, as in archives of everything
#	managed=1             it says that pip must leave it alone
#	noise=KIB             so many KiB that cannot be compressed (200)
set -eu

version=$1
dir=$2
shift 2
arch=$(uname -m)
libc=gnu
# musl's linker answers for itself.
if ldd --version 2>&1 | grep -q musl; then libc=musl; fi
variant='' cpu='' build=20260814 missing='' broken='' says=$version layout='' noise=200 managed=''
for arg; do
	case $arg in
	variant=*) variant=${arg#*=} ;;
	cpu=*) cpu=${arg#*=} ;;
	build=*) build=${arg#*=} ;;
	arch=*) arch=${arg#*=} ;;
	libc=*) libc=${arg#*=} ;;
	missing=*) missing=${arg#*=} ;;
	broken=*) broken=${arg#*=} ;;
	says=*) says=${arg#*=} ;;
	layout=*) layout=${arg#*=} ;;
	managed=*) managed=${arg#*=} ;;
	noise=*) noise=${arg#*=} ;;
	*) exit 2 ;;
	esac
done
series=${version%.*}
threads=
debug=
case $variant in *freethreaded*) threads=t ;; esac
case $variant in *debug*) debug=d ;; esac
top=$dir/standalone/python
rm -rf "$dir/standalone"
if [ "$layout" = full ]; then
	mkdir -p "$top/build"
	echo object >"$top/build/one.o"
	root=$top/install
else
	root=$top
fi
lib=$root/lib/python$series$threads
inc=$root/include/python$series$threads$debug
mkdir -p "$root/bin" "$lib/site-packages" "$lib/ensurepip" "$inc" "$root/lib/pkgconfig"

echo '# the landmark of a standard library' >"$lib/os.py"
[ -z "$managed" ] || echo '[externally-managed]' >"$lib/EXTERNALLY-MANAGED"
printf '#define PY_VERSION "%s"\n' "$says" >"$inc/patchlevel.h"
cat >"$lib/_sysconfigdata_${threads}_linux_fake.py" <<END
build_time_vars = {'prefix': '/install', 'exec_prefix': '/install',
 'LIBDIR': '/install/lib', 'VERSION': '$series'}
END
printf 'prefix=/install\nName: Python\nVersion: %s\n' "$series" \
	>"$root/lib/pkgconfig/python-$series.pc"
printf '#!/install/bin/python%s\nprint("fake")\n' "$series" >"$root/bin/pydoc$series"
if [ -n "$broken" ]; then
	printf '#!/bin/sh\necho "libfake.so.1: no such file" >&2\nexit 127\n'
else
	cat <<END
#!/bin/sh
# Answers the probe ("-I -B -c SCRIPT MODULE..."), --version, and where it is.
case \${1-} in
--version | -V) echo "Python $version"; exit 0 ;;
esac
[ -z "\${FAKE_SPY-}" ] || sh "\$FAKE_SPY"
# An environment on it says where it is, unless it is to fail.
case "\$*" in
*sys.prefix*) d=\${0%/*}; d=\${d%/*}; [ ! -e "\$d/lib/broken" ] || exit 3; echo "\$d"; exit 0 ;;
esac
while [ \$# -gt 0 ] && [ "\$1" != -c ]; do shift; done
[ \$# -gt 1 ] || exit 2
shift 2
echo "python $version"
for module; do
	case " $missing " in
	*" \$module "*) echo "no \$module No module named '\$module'" ;;
	*) echo "ok \$module" ;;
	esac
done
END
fi >"$root/bin/python$series$threads$debug"
chmod 755 "$root/bin"/*
[ -e "$root/bin/python$series" ] || ln -s "python$series$threads$debug" "$root/bin/python$series"
ln -s "python$series" "$root/bin/python3"
dd if=/dev/urandom of="$root/lib/noise" bs=1024 count="$noise" 2>/dev/null

file=$dir/standalone-$version$variant$cpu-$build-$arch-$libc.tar.gz
tar -C "$dir/standalone" -czf "$file" python
rm -rf "$dir/standalone"
sum=$(openssl dgst -sha256 -r "$file")
printf 'cpython\t%s\t%s\tstandalone\tlinux\t%s\t%s\t%s\t%s\tfile://%s\t%s\t%d\n' "$version" \
	"$variant" "$arch" "$libc" "$cpu" "$build" "$file" "${sum%% *}" "$(wc -c <"$file")"
