/* SPDX-License-Identifier: MIT */
/* What programs this machine can run. */
#include <config.h>

#include "os/platform.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define BIT(n) (UINT32_C(1) << (n))

/* cpuid leaf 1, ECX. */
#define LEAF1_V2                                                             \
	(BIT(0) /* SSE3 */ | BIT(9) /* SSSE3 */ | BIT(13) /* CMPXCHG16B */ | \
	 BIT(19) /* SSE4.1 */ | BIT(20) /* SSE4.2 */ | BIT(23) /* POPCNT */)
#define LEAF1_V3                                                                               \
	(BIT(12) /* FMA */ | BIT(22) /* MOVBE */ | BIT(27) /* OSXSAVE */ | BIT(28) /* AVX */ | \
	 BIT(29) /* F16C */)
/* cpuid leaf 0x80000001, ECX. */
#define EXTENDED1_V2 BIT(0) /* LAHF, SAHF */
#define EXTENDED1_V3 BIT(5) /* LZCNT */
/* cpuid leaf 7, subleaf 0, EBX. */
#define LEAF7_V3 (BIT(3) /* BMI1 */ | BIT(5) /* AVX2 */ | BIT(8) /* BMI2 */)
#define LEAF7_V4                                                                   \
	(BIT(16) /* AVX512F */ | BIT(17) /* AVX512DQ */ | BIT(28) /* AVX512CD */ | \
	 BIT(30) /* AVX512BW */ | BIT(31) /* AVX512VL */)
/* XCR0: the registers that the kernel saves between programs. */
#define STATE_V3 (BIT(1) /* XMM */ | BIT(2) /* YMM */)
#define STATE_V4 (STATE_V3 | BIT(5) /* mask */ | BIT(6) /* ZMM0-15 */ | BIT(7) /* ZMM16-31 */)

const char *
platform_arch(void)
{
#if defined(__x86_64__)
	return "x86_64";
#elif defined(__i386__)
	return "i686";
#elif defined(__aarch64__)
	return "aarch64";
#elif defined(__arm__)
	return "armv7";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return "powerpc64le";
#elif defined(__s390x__)
	return "s390x";
#elif defined(__riscv) && __riscv_xlen == 64
	return "riscv64";
#else
	return "unknown";
#endif
}

const char *
platform_libc(void)
{
#if defined(__APPLE__)
	return "none";
#elif !defined(__GLIBC__)
	return "musl";
#elif defined(__arm__) && defined(__ARM_PCS_VFP)
	return "gnueabihf";
#elif defined(__arm__)
	return "gnueabi";
#else
	return "gnu";
#endif
}

static bool
has_all(uint64_t word, uint64_t bits)
{
	return (word & bits) == bits;
}

const char *
platform_cpu_level_of(const struct platform_cpu *cpu)
{
	if (!has_all(cpu->leaf1_ecx, LEAF1_V2) || !has_all(cpu->extended1_ecx, EXTENDED1_V2))
		return "";
	if (!has_all(cpu->leaf1_ecx, LEAF1_V3) || !has_all(cpu->leaf7_ebx, LEAF7_V3) ||
	    !has_all(cpu->extended1_ecx, EXTENDED1_V3) || !has_all(cpu->xcr0, STATE_V3))
		return "v2";
	if (!has_all(cpu->leaf7_ebx, LEAF7_V4) || !has_all(cpu->xcr0, STATE_V4))
		return "v3";
	return "v4";
}

#if defined(__x86_64__)
/* What xgetbv tells of XCR0. As an instruction, not as a builtin, which would need the
 * whole file compiled for CPUs that have it. */
static uint64_t
read_xcr0(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}
#endif

const char *
platform_cpu_level(void)
{
	struct platform_cpu cpu = { 0 };
#if defined(__x86_64__)
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t d;

	if (__get_cpuid(1, &a, &b, &c, &d))
		cpu.leaf1_ecx = c;
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
		cpu.leaf7_ebx = b;
	if (__get_cpuid(UINT32_C(0x80000001), &a, &b, &c, &d))
		cpu.extended1_ecx = c;
	/* Without OSXSAVE the instruction is an illegal one. */
	if (cpu.leaf1_ecx & BIT(27))
		cpu.xcr0 = read_xcr0();
#endif
	return platform_cpu_level_of(&cpu);
}
