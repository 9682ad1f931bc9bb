/* SPDX-License-Identifier: MIT */
/* Fuzz target: the journal of a move. No path in it leads out of the version, and what is
 * written of it is read again the same. */
#include <config.h>

#include "ground.h"
#include "supply/moved_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct relocate_report *report)
{
	for (size_t i = 0; i < report->changed.count; i++)
		must(is_inside(str_from(report->changed.items[i])));
	for (size_t i = 0; i < report->stale_count; i++) {
		must(is_inside(str_from(report->stale[i].source)));
		must(is_inside(str_from(report->stale[i].compiled)));
		must(report->stale[i].optimize <= 2 && report->stale[i].flags <= 3);
	}
}

static void
check_same(const struct relocate_report *a, const struct relocate_report *b)
{
	must(a->changed.count == b->changed.count && a->stale_count == b->stale_count);
	for (size_t i = 0; i < a->changed.count; i++)
		must(strcmp(a->changed.items[i], b->changed.items[i]) == 0);
	for (size_t i = 0; i < a->stale_count; i++) {
		must(strcmp(a->stale[i].source, b->stale[i].source) == 0);
		must(strcmp(a->stale[i].compiled, b->stale[i].compiled) == 0);
		must(a->stale[i].optimize == b->stale[i].optimize);
		must(a->stale[i].flags == b->stale[i].flags);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_relocate_report struct relocate_report report = { 0 };
	cleanup_relocate_report struct relocate_report again = { 0 };
	cleanup_err struct err err = { 0 };

	ground_write(ground(), "relocating", (struct str){ (const char *)data, size });
	must(moved_journal_exists(ground()));
	if (moved_journal_read(ground(), &report, &err) < 0)
		return 0;
	check(&report);
	must(moved_journal_write(ground(), &report, &err) == 0);
	must(moved_journal_read(ground(), &again, &err) == 0);
	check_same(&report, &again);
	return 0;
}
