# SPDX-License-Identifier: MIT
# PYVERN_BARE: can the shim be built without a C library (shims/bare/bare.h)?
# BARE_CFLAGS and BARE_LDFLAGS come last on the command lines, because they undo
# what other flags ask for and is not there.
AC_DEFUN([PYVERN_BARE], [
	AC_REQUIRE([PYVERN_SANITIZERS])
	AC_ARG_ENABLE([bare-shim], [AS_HELP_STRING([--disable-bare-shim],
		[build the shim on the C library even where it can do without])])
	# Hosted, compilers call relatives of memcmp and printf that are not there.
	# Freestanding, main() is a function like any other, and has no header.
	BARE_CFLAGS="-ffreestanding -U_FORTIFY_SOURCE"
	PYVERN_TRY_CFLAG([-Wno-missing-prototypes], [BARE_CFLAGS])
	# Not position independent: nobody would relocate it.
	PYVERN_TRY_CFLAG([-fno-pie], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-fno-lto], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-fno-profile-arcs -fno-test-coverage], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-fno-instrument-functions], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-fno-asynchronous-unwind-tables], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-ffunction-sections], [BARE_CFLAGS])
	# Our frames are far smaller than the kernel's gap below a stack; probing them
	# touches pages that are never used, and each page costs as much as two looks.
	PYVERN_TRY_CFLAG([-fno-stack-clash-protection], [BARE_CFLAGS])
	PYVERN_TRY_CFLAG([-fconserve-stack], [BARE_CFLAGS])
	# Linux knows no marks of jump targets on x86, and reads them at each start.
	PYVERN_TRY_CFLAG([-fcf-protection=none], [BARE_CFLAGS])
	# The stack protector's guard in a variable: it is in thread storage else.
	pyvern_guard=
	PYVERN_TRY_CFLAG([-mstack-protector-guard=global], [pyvern_guard])
	BARE_CFLAGS="$BARE_CFLAGS ${pyvern_guard:--fno-stack-protector}"
	BARE_LDFLAGS="-static -nostdlib -Wl,--gc-sections -Wl,-z,noexecstack"
	# Code and constants in one segment: one less to map and to page in.
	PYVERN_TRY_LDFLAG([-Wl,-z,noseparate-code], [BARE_LDFLAGS])
	AC_MSG_CHECKING([whether the shim can do without a C library])
	AS_IF([test "x$enable_bare_shim" = xno], [pyvern_bare="no, as asked"],
		[test -n "$SANITIZE_FLAGS"], [pyvern_bare="no, sanitizers need one"],
		[_PYVERN_BARE_TRY])
	AC_MSG_RESULT([$pyvern_bare])
	AM_CONDITIONAL([BARE_SHIM], [test "x$pyvern_bare" = xyes])
	AC_SUBST([BARE_CFLAGS])
	AC_SUBST([BARE_LDFLAGS])
	AS_IF([test "x$pyvern_bare" = xyes], [SHIM_KIND=bare],
		[test -n "$STATIC_LDFLAGS"], [SHIM_KIND=static], [SHIM_KIND=dynamic])
	AC_SUBST([SHIM_KIND])
])

# A program on the files of shims/bare, which looks at what could be different
# here: the stack, the layout of structures, calls that the compiler makes up.
# Sets pyvern_bare. Without a config.h yet: autoconf's definitions stand before.
AC_DEFUN([_PYVERN_BARE_TRY], [
	pyvern_saved_CPPFLAGS=$CPPFLAGS
	pyvern_saved_CFLAGS=$CFLAGS
	pyvern_saved_LDFLAGS=$LDFLAGS
	pyvern_saved_LIBS=$LIBS
	AS_MKDIR_P([conftest.dir])
	: >conftest.dir/config.h
	CFLAGS="$HARDEN_CFLAGS $CFLAGS"
	CPPFLAGS="$CPPFLAGS -Iconftest.dir -I$srcdir/shims/bare $BARE_CFLAGS"
	LDFLAGS="$HARDEN_LDFLAGS $LDFLAGS $BARE_LDFLAGS"
	LIBS=
	AC_LANG_CONFTEST([AC_LANG_SOURCE([[
		#include "start.c"
		#include "system.c"
		#include "text.c"
		struct large { char text[5000]; };
		static int broken(const struct large *one)
		{
			struct large copy = *one, zeros = { { 0 } };
			struct stat st;
			char here[4096];

			if (memcmp(&copy, one, sizeof(copy)) || zeros.text[4999])
				return 2;
			if ((unsigned long)__builtin_frame_address(0) % 16)
				return 3;
			if (stat("/", &st) || (st.st_mode & S_IFMT) != S_IFDIR || !st.st_nlink)
				return 4;
			if (!getcwd(here, sizeof(here)) || here[0] != '/')
				return 5;
			if (open("/ no such file", O_RDONLY) != -1 || errno != ENOENT)
				return 6;
			return getauxval(AT_PAGESZ) && getauxval(AT_EXECFN) ? 0 : 7;
		}
		int main(int argc, char **argv)
		{
			static struct large one;

			one.text[4998] = (char)argc;
			return argc == 1 && argv[0] && !argv[1] ? broken(&one) : 1;
		}]])])
	AS_IF([test "$cross_compiling" = yes],
		[AC_LINK_IFELSE([], [pyvern_bare=yes], [pyvern_bare=no])],
		[AC_RUN_IFELSE([], [pyvern_bare=yes], [pyvern_bare=no])])
	rm -rf conftest.dir
	CPPFLAGS=$pyvern_saved_CPPFLAGS
	CFLAGS=$pyvern_saved_CFLAGS
	LDFLAGS=$pyvern_saved_LDFLAGS
	LIBS=$pyvern_saved_LIBS
])
