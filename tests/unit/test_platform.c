/* SPDX-License-Identifier: MIT */
/* What the machine says of itself, and which builds it can run. */
#include <config.h>

#include "unit.h"

#include "base/buf.h"
#include "os/fs.h"
#include "os/platform.h"

static void
platform_has_words_for_this_machine(void **state)
{
	cleanup_free char *home = platform_home();
	cleanup_free char *program = platform_program_dir();

	(void)state;
	assert_true(platform_cpus() >= 1);
	assert_true(home && home[0] == '/');
	assert_true(program && program[0] == '/');
	assert_false(platform_is_elevated());
	assert_string_not_equal(platform_arch(), "unknown");
	assert_true(*platform_libc());
}

/* A build for a higher level than the machine has dies of an illegal instruction; one
 * whose registers the system does not save computes nonsense. */
static void
cpu_levels_need_all_their_features(void **state)
{
	/* A Nehalem, a Haswell, a Skylake with AVX-512, as cpuid(1) prints them. */
	const struct platform_cpu v2 = { 0x0098e3fd, 0, 0x1, 0 };
	const struct platform_cpu v3 = { 0x7ffafbff, 0x000027ab, 0x21, 0x7 };
	const struct platform_cpu v4 = { 0x7ffefbff, 0xd39ffffb, 0x121, 0xe7 };
	const struct {
		struct platform_cpu cpu;
		const char *level;
	} rows[] = {
		{ { 0 }, "" },
		{ v2, "v2" },
		{ v3, "v3" },
		{ v4, "v4" },
		/* The first x86_64 CPUs lacked LAHF in 64 bits; CMPXCHG16B; POPCNT. */
		{ { v2.leaf1_ecx, 0, 0, 0 }, "" },
		{ { v2.leaf1_ecx & ~(1U << 13), 0, 1, 0 }, "" },
		{ { v2.leaf1_ecx & ~(1U << 23), 0, 1, 0 }, "" },
		/* Ivy Bridge: AVX, but no AVX2, FMA, MOVBE, BMI. */
		{ { 0x7fbae3ff, 0x00000281, 0x1, 0x7 }, "v2" },
		/* A hypervisor that masks one of them. */
		{ { v3.leaf1_ecx & ~(1U << 12), v3.leaf7_ebx, v3.extended1_ecx, 7 }, "v2" },
		{ { v3.leaf1_ecx & ~(1U << 22), v3.leaf7_ebx, v3.extended1_ecx, 7 }, "v2" },
		{ { v3.leaf1_ecx, v3.leaf7_ebx & ~(1U << 5), v3.extended1_ecx, 7 }, "v2" },
		{ { v3.leaf1_ecx, v3.leaf7_ebx & ~(1U << 3), v3.extended1_ecx, 7 }, "v2" },
		{ { v3.leaf1_ecx, v3.leaf7_ebx, 0x1, 7 }, "v2" },
		/* A system that does not save YMM (noxsave), and one without OSXSAVE. */
		{ { v3.leaf1_ecx, v3.leaf7_ebx, v3.extended1_ecx, 0x3 }, "v2" },
		{ { v3.leaf1_ecx & ~(1U << 27), v3.leaf7_ebx, v3.extended1_ecx, 0 }, "v2" },
		/* AVX-512 without one of its five, or without its registers. */
		{ { v4.leaf1_ecx, v4.leaf7_ebx & ~(1U << 16), v4.extended1_ecx, 0xe7 }, "v3" },
		{ { v4.leaf1_ecx, v4.leaf7_ebx & ~(1U << 31), v4.extended1_ecx, 0xe7 }, "v3" },
		{ { v4.leaf1_ecx, v4.leaf7_ebx, v4.extended1_ecx, 0x7 }, "v3" },
		{ { v4.leaf1_ecx, v4.leaf7_ebx, v4.extended1_ecx, 0x67 }, "v3" },
		/* v4 of everything but v2's: no level is skipped. */
		{ { v4.leaf1_ecx & ~1U, v4.leaf7_ebx, v4.extended1_ecx, 0xe7 }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(platform_cpu_level_of(&rows[i].cpu), rows[i].level);
}

/* The kernel reads the same words: what it lists must be what we found. */
static void
the_cpu_has_what_its_level_says(void **state)
{
	static const struct {
		const char *level;
		const char *flag; /* one that only this level and higher ones need */
	} rows[] = { { "v2", " sse4_2 " }, { "v3", " avx2 " }, { "v4", " avx512vl " } };
	const char *level = platform_cpu_level();
	cleanup_dirfd struct dir proc = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT((size_t)16 * 1024 * 1024);
	struct err err = { 0 };

	(void)state;
	if (strcmp(platform_arch(), "x86_64") != 0) {
		assert_string_equal(level, "");
		return;
	}
	if (strcmp(platform_os(), "linux") != 0)
		return;
	assert_ok(fs_open_dir("/proc", &proc, &err), &err);
	assert_ok(fs_read_file(&proc, "cpuinfo", &text, &err), &err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(level, rows[i].level) >= 0)
			assert_non_null(strstr(buf_text(&text), rows[i].flag));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(platform_has_words_for_this_machine),
		cmocka_unit_test(cpu_levels_need_all_their_features),
		cmocka_unit_test(the_cpu_has_what_its_level_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
