# SPDX-License-Identifier: MIT
# What makes an exploit harder, and what finds bugs first; never both at once.

# PYVERN_SANITIZERS: --enable-sanitizers[=LIST], --enable-fuzzing.
AC_DEFUN([PYVERN_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
		[compile with sanitizers (default list: address,undefined)])])
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing],
		[build the fuzz targets; needs clang with libFuzzer])])
	SANITIZE_FLAGS=
	FUZZ_LIBS=
	AS_CASE(["$enable_sanitizers"],
		[""|no], [],
		[yes], [SANITIZE_FLAGS="-fsanitize=address,undefined"],
		[SANITIZE_FLAGS="-fsanitize=$enable_sanitizers"])
	AS_VAR_IF([enable_fuzzing], [yes], [
		SANITIZE_FLAGS="-fsanitize=fuzzer-no-link,address,undefined"
		FUZZ_LIBS=-fsanitize=fuzzer
		AC_MSG_CHECKING([whether $CC has libFuzzer])
		pyvern_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -fsanitize=fuzzer,address"
		AC_LINK_IFELSE([AC_LANG_SOURCE([[
			#include <stddef.h>
			int LLVMFuzzerTestOneInput(const unsigned char *d, size_t n)
			{ (void)d; return n > 9999999; }]])],
			[AC_MSG_RESULT([yes])],
			[AC_MSG_RESULT([no])
			 AC_MSG_ERROR([--enable-fuzzing needs clang with libFuzzer (CC=clang)])])
		CFLAGS=$pyvern_saved_CFLAGS])
	AS_VAR_IF([SANITIZE_FLAGS], [""], [],
		[SANITIZE_FLAGS="$SANITIZE_FLAGS -fno-omit-frame-pointer -fno-sanitize-recover=undefined"])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
	AC_SUBST([SANITIZE_FLAGS])
	AC_SUBST([FUZZ_LIBS])
	# For make fuzz-coverage, whatever compiler the rest is built with.
	AC_CHECK_PROGS([COVERAGE_CC], [clang clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14])
	AC_CHECK_PROGS([LLVM_PROFDATA], [llvm-profdata${COVERAGE_CC#clang}])
	AC_CHECK_PROGS([LLVM_COV], [llvm-cov${COVERAGE_CC#clang}])
])

# PYVERN_HARDENING: flags in HARDEN_CFLAGS for all code, HARDEN_LDFLAGS and
# PIE_CFLAGS/PIE_LDFLAGS for the dynamic programs.
AC_DEFUN([PYVERN_HARDENING], [
	AC_REQUIRE([PYVERN_SANITIZERS])
	AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening],
		[leave hardening flags to the packager])])
	HARDEN_CFLAGS=
	HARDEN_LDFLAGS=
	PIE_LDFLAGS=
	# Sanitizers bring checks of their own and break under FORTIFY.
	AS_IF([test "x$enable_hardening" != xno && test -z "$SANITIZE_FLAGS"], [
		# Smashed stacks are noticed; large frames touch each page.
		PYVERN_TRY_CFLAG([-fstack-protector-strong], [HARDEN_CFLAGS])
		PYVERN_TRY_CFLAG([-fstack-clash-protection], [HARDEN_CFLAGS])
		# Indirect jumps go to function starts only (x86, arm64).
		PYVERN_TRY_CFLAG([-fcf-protection], [HARDEN_CFLAGS])
		PYVERN_TRY_CFLAG([-mbranch-protection=standard], [HARDEN_CFLAGS])
		# Position independent, so that addresses can be random.
		PYVERN_TRY_CFLAG([-fPIE], [HARDEN_CFLAGS])
		PYVERN_TRY_LDFLAG([-pie], [PIE_LDFLAGS])
		# FORTIFY needs an optimiser; the distribution may have set a level.
		AS_CASE([" $CFLAGS "], [*" -O0 "*], [], [*" -O"*], [
			PYVERN_TRY_CFLAG([-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3], [HARDEN_CFLAGS])])
		# Everything is bound at start and then read-only; no executable stack.
		PYVERN_TRY_LDFLAG([-Wl,-z,relro], [HARDEN_LDFLAGS])
		PYVERN_TRY_LDFLAG([-Wl,-z,now], [HARDEN_LDFLAGS])
		PYVERN_TRY_LDFLAG([-Wl,-z,noexecstack], [HARDEN_LDFLAGS])
		# Left out: -ftrivial-auto-var-init=zero (clang 14 rejects it, and it would
		# hide from valgrind what is not set); -fhardened (gcc 14 on).
	])
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
	AC_SUBST([PIE_LDFLAGS])
])
