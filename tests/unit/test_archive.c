/* SPDX-License-Identifier: MIT */
/* Archives: what is unpacked, and what is refused. */
#include <config.h>

#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "io/extract.h"

/* Entries of one archive; a row with no name ends them. */
#define ENTRIES_MAX 6

struct entry_spec {
	const char *name;
	mode_t type; /* 0: a regular file */
	mode_t mode; /* 0: 0644 */
	const char *content;
	const char *symlink;
	const char *hardlink;
	bool sparse;
};

struct fixture {
	char *path;
	struct dir into;
};

static int
setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));
	struct err err = { 0 };

	f->path = unit_make_folder();
	assert_ok(fs_make_dirs(f->path, 0755, &f->into, &err), &err);
	*state = f;
	return 0;
}

static void
empty_folder(struct fixture *f)
{
	struct strvec names = { 0 };
	struct err err = { 0 };

	assert_ok(fs_list(&f->into, &names, &err), &err);
	for (size_t i = 0; i < names.count; i++)
		assert_ok(fs_remove_tree(&f->into, names.items[i], &err), &err);
	strvec_reset(&names);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	empty_folder(f);
	assert_int_equal(rmdir(f->path), 0);
	dir_reset(&f->into);
	free(f->path);
	free(f);
	return 0;
}

static void
add_entry(struct archive *a, const struct entry_spec *spec)
{
	struct archive_entry *entry = archive_entry_new();
	size_t size = spec->content ? strlen(spec->content) : 0;

	archive_entry_set_pathname(entry, spec->name);
	archive_entry_set_filetype(entry, spec->symlink ? AE_IFLNK
					  : spec->type	? spec->type
							: AE_IFREG);
	archive_entry_set_perm(entry, spec->mode ? spec->mode : 0644);
	archive_entry_set_mtime(entry, 1000000000, 0);
	archive_entry_set_size(entry, (la_int64_t)size);
	if (spec->symlink)
		archive_entry_set_symlink(entry, spec->symlink);
	if (spec->hardlink)
		archive_entry_set_hardlink(entry, spec->hardlink);
	if (spec->sparse) {
		archive_entry_set_size(entry, 1024 * 1024);
		archive_entry_sparse_add_entry(entry, 0, 512);
	}
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (size)
		assert_int_equal(archive_write_data(a, spec->content, size), size);
	archive_entry_free(entry);
}

/* A temporary file that holds an archive of SPECS, compressed with FILTER. */
static int
make_archive(const struct entry_spec *specs, int filter)
{
	FILE *file = tmpfile();
	int fd = dup(fileno(file));
	struct archive *a = archive_write_new();

	fclose(file);
	assert_int_equal(archive_write_set_format_pax_restricted(a), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (size_t i = 0; i < ENTRIES_MAX && specs[i].name; i++)
		add_entry(a, &specs[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int
unpack_fd(struct fixture *f, int fd, unsigned strip, const struct archive_limits *limits,
	  struct err *err)
{
	cleanup_archive struct archive_reader *reader = NULL;
	struct extract_options options = { .strip = strip, .writers = 2 };
	struct extract_result result;

	if (archive_open(fd, limits, &reader, err) < 0)
		return -1;
	return extract_archive(reader, &f->into, &options, &result, err);
}

static int
unpack(struct fixture *f, const struct entry_spec *specs, unsigned strip, struct err *err)
{
	cleanup_fd int fd = make_archive(specs, ARCHIVE_FILTER_GZIP);

	return unpack_fd(f, fd, strip, &archive_limits_default, err);
}

static void
a_source_archive_is_unpacked(void **state)
{
	static const struct entry_spec specs[ENTRIES_MAX] = {
		{ "P-1/", .type = AE_IFDIR, .mode = 0700 },
		{ "P-1/configure", .mode = 0775, .content = "#!/bin/sh\n" },
		{ "P-1/a/b/f", .mode = 0600, .content = "text" },
		{ "P-1/a/link", .symlink = "../a/b/f" },
		{ "./P-1//a/./twin", .hardlink = "P-1/a/b/f" },
	};
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP,
				       ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
				       ARCHIVE_FILTER_ZSTD };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		cleanup_fd int fd = make_archive(specs, filters[i]);
		cleanup_free char *target = NULL;
		struct err err = { 0 };
		struct stat st;

		empty_folder(f);
		assert_ok(unpack_fd(f, fd, 1, &archive_limits_default, &err), &err);
		assert_int_equal(fstatat(f->into.fd, "configure", &st, 0), 0);
		assert_int_equal(st.st_mode & 07777, 0755);
		assert_int_equal(st.st_mtime, 1000000000);
		assert_int_equal(fstatat(f->into.fd, "a/b/f", &st, 0), 0);
		assert_int_equal(st.st_mode & 07777, 0644);
		assert_int_equal(st.st_size, 4);
		assert_int_equal(st.st_nlink, 2);
		target = fs_read_link(&f->into, "a/link");
		assert_string_equal(target, "../a/b/f");
	}
}

static void
hostile_archives_are_refused(void **state)
{
	static const struct entry_spec rows[][ENTRIES_MAX] = {
		{ { "/etc/evil", .content = "x" } },
		{ { "../evil", .content = "x" } },
		{ { "a/../../evil", .content = "x" } },
		{ { "a\nb", .content = "x" } },
		{ { "a\033[2J", .content = "x" } },
		{ { "f", .content = "1" }, { "f", .content = "2" } },
		{ { "f", .content = "1" }, { "./f", .content = "2" } },
		{ { "d/f", .content = "1" }, { "d//./f", .content = "2" } },
		{ { "f", .content = "1" }, { "f/g", .content = "2" } },
		{ { "d/f", .content = "1" }, { "d", .content = "2" } },
		/* Links that lead out, at once or through another link. */
		{ { "l", .symlink = "/etc" } },
		{ { "l", .symlink = ".." } },
		{ { "d/l", .symlink = "../../etc" } },
		{ { "d/l", .symlink = "x/../../.." } },
		{ { "d/e/here", .symlink = "." }, { "up", .symlink = "d/e/here/../.." } },
		/* Files through links. */
		{ { "l", .symlink = "d" }, { "l/f", .content = "x" } },
		{ { "l", .symlink = "d" }, { "l", .content = "x" } },
		{ { "l", .content = "x" }, { "l", .symlink = "d" } },
		/* Hard links to anything but an earlier file of this archive. */
		{ { "h", .hardlink = "/etc/passwd" } },
		{ { "h", .hardlink = "../x" } },
		{ { "h", .hardlink = "later" }, { "later", .content = "x" } },
		{ { "d/", .type = AE_IFDIR }, { "h", .hardlink = "d" } },
		{ { "l", .symlink = "f" }, { "h", .hardlink = "l" } },
		/* What is no file. */
		{ { "dev", .type = AE_IFCHR } },
		{ { "dev", .type = AE_IFBLK } },
		{ { "pipe", .type = AE_IFIFO } },
		{ { "su", .mode = 04755, .content = "x" } },
		{ { "sg", .mode = 02755, .content = "x" } },
		{ { "holes", .sparse = true } },
		{ { ".", .content = "x" } },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err err = { 0 };

		empty_folder(f);
		if (unpack(f, rows[i], 0, &err) == 0)
			fail_msg("row %zu (%s) was unpacked", i, rows[i][0].name);
		if (err.code != ERR_CHECK)
			fail_msg("row %zu (%s): %s", i, rows[i][0].name, err.message);
		err_reset(&err);
	}
}

static void
stripping_wants_one_top_folder(void **state)
{
	static const struct entry_spec two[ENTRIES_MAX] = { { "a/f", .content = "1" },
							    { "b/g", .content = "2" } };
	static const struct entry_spec flat[ENTRIES_MAX] = { { "f", .content = "1" } };
	static const struct entry_spec link[ENTRIES_MAX] = { { "a/l", .symlink = "../x" } };
	struct fixture *f = *state;
	struct err err = { 0 };

	assert_fails(unpack(f, two, 1, &err), ERR_CHECK, &err);
	empty_folder(f);
	assert_fails(unpack(f, flat, 1, &err), ERR_CHECK, &err);
	empty_folder(f);
	/* Inside the archive it stays in a/; below the stage it would leave it. */
	assert_fails(unpack(f, link, 1, &err), ERR_CHECK, &err);
}

static void
budgets_hold(void **state)
{
	static const struct entry_spec specs[ENTRIES_MAX] = { { "a", .content = "12345" },
							      { "b", .content = "12345" } };
	static const struct archive_limits rows[] = {
		{ .entries = 1, .file_bytes = 100, .total_bytes = 100, .ratio = 100 },
		{ .entries = 9, .file_bytes = 4, .total_bytes = 100, .ratio = 100 },
		{ .entries = 9, .file_bytes = 100, .total_bytes = 9, .ratio = 100 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_fd int fd = make_archive(specs, ARCHIVE_FILTER_GZIP);
		struct err err = { 0 };

		empty_folder(f);
		assert_fails(unpack_fd(f, fd, 0, &rows[i], &err), ERR_CHECK, &err);
	}
}

static void
a_bomb_is_refused(void **state)
{
	cleanup_free char *zeros = mem_zalloc(8 * 1024 * 1024);
	struct entry_spec specs[ENTRIES_MAX] = { { "zeros", .content = zeros } };
	struct fixture *f = *state;
	cleanup_fd int fd = -1;
	struct err err = { 0 };

	memset(zeros, 'z', 8 * 1024 * 1024 - 1);
	fd = make_archive(specs, ARCHIVE_FILTER_XZ);
	assert_fails(unpack_fd(f, fd, 0, &archive_limits_default, &err), ERR_CHECK, &err);
}

/* Bytes that do not compress, so that a cut or a flipped bit hits them. */
static void
fill_noise(char *bytes, size_t n)
{
	uint32_t x = 12345;

	for (size_t i = 0; i + 1 < n; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)(33 + (x >> 24) % 90);
	}
}

static void
damaged_archives_are_refused(void **state)
{
	char noise[20000] = "";
	struct entry_spec specs[ENTRIES_MAX] = { { "noise", .content = noise } };
	static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2,
				       ARCHIVE_FILTER_XZ };
	struct fixture *f = *state;

	fill_noise(noise, sizeof(noise));
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		struct err err = { 0 };
		struct stat st;
		int fd;

		for (unsigned percent = 0; percent < 100; percent += 7) {
			fd = make_archive(specs, filters[i]);
			assert_int_equal(fstat(fd, &st), 0);
			assert_int_equal(ftruncate(fd, st.st_size * percent / 100), 0);
			empty_folder(f);
			if (unpack_fd(f, fd, 0, &archive_limits_default, &err) == 0)
				fail_msg("filter %d cut at %u%%", filters[i], percent);
			err_reset(&err);
			close(fd);
		}
		/* A few bytes in the middle. libarchive does not look at gzip's own
		 * checksum, so there only the digest before it protects. */
		fd = make_archive(specs, filters[i]);
		assert_int_equal(pwrite(fd, "\xff\x00\xff", 3, st.st_size / 2), 3);
		empty_folder(f);
		if (filters[i] != ARCHIVE_FILTER_GZIP)
			assert_fails(unpack_fd(f, fd, 0, &archive_limits_default, &err), ERR_CHECK,
				     &err);
		close(fd);
		/* More behind the end. */
		fd = make_archive(specs, filters[i]);
		assert_int_equal(pwrite(fd, "and more", 8, st.st_size), 8);
		empty_folder(f);
		assert_fails(unpack_fd(f, fd, 0, &archive_limits_default, &err), ERR_CHECK, &err);
		close(fd);
	}
}

static void
a_second_archive_behind_the_first_is_refused(void **state)
{
	static const struct entry_spec first[ENTRIES_MAX] = { { "a", .content = "1" } };
	static const struct entry_spec second[ENTRIES_MAX] = { { "b", .content = "2" } };
	struct fixture *f = *state;
	cleanup_fd int fd = make_archive(first, ARCHIVE_FILTER_NONE);
	cleanup_fd int more = make_archive(second, ARCHIVE_FILTER_NONE);
	char bytes[512];
	off_t end = lseek(fd, 0, SEEK_END);
	struct err err = { 0 };
	ssize_t n;

	while ((n = read(more, bytes, sizeof(bytes))) > 0) {
		assert_int_equal(pwrite(fd, bytes, (size_t)n, end), n);
		end += n;
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_fails(unpack_fd(f, fd, 0, &archive_limits_default, &err), ERR_CHECK, &err);
}

static void
only_tar_is_read(void **state)
{
	static const char *const rows[] = { "", "text, no archive",
					    "PK\003\004 this would be a zip",
					    "070701 this would be cpio" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		FILE *file = tmpfile();
		struct err err = { 0 };

		fputs(rows[i], file);
		rewind(file);
		assert_fails(unpack_fd(f, fileno(file), 0, &archive_limits_default, &err),
			     ERR_CHECK, &err);
		fclose(file);
	}
}

/* Files wait with their folders open, and the sandbox lets few be open. */
static void
many_folders_need_few_descriptors(void **state)
{
	struct fixture *f = *state;
	FILE *file = tmpfile();
	cleanup_fd int fd = dup(fileno(file));
	struct archive *a = archive_write_new();
	struct rlimit before;
	struct rlimit few;
	struct err err = { 0 };

	fclose(file);
	assert_int_equal(archive_write_set_format_ustar(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (unsigned i = 0; i < 500; i++) {
		char name[32];
		struct entry_spec spec = { name, .content = "text" };

		(void)snprintf(name, sizeof(name), "d%u/e/f", i);
		add_entry(a, &spec);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_ok(unpack_fd(f, fd, 0, &archive_limits_default, &err), &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	for (unsigned i = 0; i < 500; i++) {
		char name[32];
		struct stat st;

		(void)snprintf(name, sizeof(name), "d%u/e/f", i);
		assert_int_equal(fstatat(f->into.fd, name, &st, 0), 0);
		assert_int_equal(st.st_size, 4);
		assert_int_equal(st.st_mtime, 1000000000);
	}
}

static void
a_filled_folder_is_refused(void **state)
{
	static const struct entry_spec specs[ENTRIES_MAX] = { { "a", .content = "1" } };
	struct fixture *f = *state;
	struct err err = { 0 };

	assert_ok(unpack(f, specs, 0, &err), &err);
	assert_fails(unpack(f, specs, 0, &err), ERR_FAILED, &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_source_archive_is_unpacked, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_archives_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(stripping_wants_one_top_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(budgets_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bomb_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_archives_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_archive_behind_the_first_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(only_tar_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(many_folders_need_few_descriptors, setup, teardown),
		cmocka_unit_test_setup_teardown(a_filled_folder_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
