/* SPDX-License-Identifier: MIT */
/* The search paths of programs and libraries: read within bounds, and moved. */
#include <config.h>

#include "folder.h"

#include <fcntl.h>

#include "elf_maker.h"
#include "supply/relocate.h"
#include "supply/relocate_elf.h"

struct elf_row {
	struct elf_make make;
	const char *from;
	const char *to;
	const char *new; /* NULL: it has no room */
};

/* The search path of FILE. Owned by the caller. */
static char *
path_of(const struct folder *f, const char *file)
{
	struct elf_bytes bytes = { .fd = openat(f->dir.fd, file, O_RDONLY), .size = MAKE_SIZE };
	struct elf_paths paths = { 0 };
	char *text;

	assert_int_equal(elf_read_paths(&bytes, &paths), 0);
	assert_int_equal(paths.count, 1);
	text = steal_ptr(&paths.items[0].text);
	elf_paths_reset(&paths);
	close(bytes.fd);
	return text;
}

static void
check_elf(const struct folder *f, const struct elf_row *row)
{
	struct relocate_spec spec = { .tree = &f->dir, .from = row->from, .to = row->to };
	struct relocate_report report = { 0 };
	struct err err = { 0 };
	char *file = elf_make(&row->make);
	char *path;

	assert_ok(fs_replace_file(&f->dir, "bin/python3", (struct str){ file, MAKE_SIZE }, 0755,
				  &err),
		  &err);
	assert_ok(relocate_tree(&spec, &report, &err), &err);
	path = path_of(f, "bin/python3");
	assert_string_equal(path, row->new ? row->new : row->make.path);
	assert_int_equal(report.left.count, row->new ? 0 : 1);
	free(path);
	/* All bytes but those of the path are as they were, and a shared end, too. */
	if (row->make.symbol) {
		size_t end = MAKE_STRINGS + 1 + strlen(row->make.path) - strlen(row->make.symbol);
		struct buf text = BUF_INIT(MAKE_SIZE);

		assert_ok(fs_read_file(&f->dir, "bin/python3", &text, &err), &err);
		assert_string_equal(text.data + end, row->make.symbol);
		assert_memory_equal(text.data, file, MAKE_STRINGS);
		buf_reset(&text);
	}
	relocate_report_reset(&report);
	free(file);
}

static void
library_paths_are_moved_where_they_have_room(void **state)
{
	static const struct elf_row rows[] = {
		{ { .path = "/old/lib" }, "/old", "/new", "/new/lib" },
		{ { .path = "/old/place/lib:/usr/x" }, "/old/place", "/n", "/n/lib:/usr/x" },
		/* Longer: relative to the file, bin/python3. */
		{ { .path = "/old/place/long/lib" },
		  "/old/place/long",
		  "/new/place/longer",
		  "$ORIGIN/../lib" },
		{ { .path = "$ORIGIN/../lib" }, "/old", "/new", "$ORIGIN/../lib" },
		{ { .path = "/install/lib" }, "/install", "/new/place", NULL },
		{ { .path = "/old/place/lib", .symbol = "lib" }, "/old/place", "/new", "/new/lib" },
		/* The end is the same in both. */
		{ { .path = "/old/lib", .symbol = "lib" }, "/old", "/new", "/new/lib" },
		/* It would be the name's, too. */
		{ { .path = "/olds/lib", .symbol = "lib" }, "/olds", "/new", NULL },
		{ { .path = "/olds/lib", .no_sections = true }, "/olds", "/new", NULL },
		{ { .path = "/old/place/lib", .no_sections = true },
		  "/old/place",
		  "/new",
		  "/new/lib" },
	};
	const struct folder *f = *state;
	struct dir bin = DIR_INIT;
	struct err err = { 0 };

	assert_ok(fs_make_dir_at(&f->dir, "bin", 0755, &bin, &err), &err);
	dir_reset(&bin);
	for (size_t i = 0; i < 4 * COUNT_OF(rows); i++) {
		struct elf_row row = rows[i / 4];

		row.make.is_64 = i & 1;
		row.make.is_big = i & 2;
		check_elf(f, &row);
	}
}

static void
damaged_programs_are_read_within_their_bounds(void **state)
{
	struct elf_make make = { .path = "/old/lib", .symbol = "lib" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char *file;

		make.is_64 = i & 1;
		make.is_big = i & 2;
		file = elf_make(&make);
		for (size_t at = 0; at < MAKE_SIZE; at++) {
			static const char values[] = { 0, 1, 0x7f, (char)0x80, (char)0xff };
			char old = file[at];

			for (size_t j = 0; j < sizeof(values); j++) {
				const struct elf_bytes bytes = { .data = file, .size = MAKE_SIZE };
				struct elf_paths paths = { 0 };

				file[at] = values[j];
				if (elf_read_paths(&bytes, &paths) == 0 && paths.count)
					assert_in_range(paths.items[0].offset, 1, MAKE_SIZE - 1);
				elf_paths_reset(&paths);
			}
			file[at] = old;
		}
		for (size_t size = 0; size < MAKE_SIZE; size++) {
			char *shorter = mem_zalloc(size + 1);
			const struct elf_bytes bytes = { .data = shorter, .size = size };
			struct elf_paths paths = { 0 };

			memcpy(shorter, file, size);
			if (elf_read_paths(&bytes, &paths) == 0 && paths.count)
				assert_in_range(paths.items[0].offset, 1, size - 1);
			elf_paths_reset(&paths);
			free(shorter);
		}
		free(file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(library_paths_are_moved_where_they_have_room,
						folder_setup, folder_teardown),
		cmocka_unit_test(damaged_programs_are_read_within_their_bounds),
	};

	return cmocka_run_group_tests_name("relocate_elf", tests, NULL, NULL);
}
