/* SPDX-License-Identifier: MIT */
/* The unpacker: an archive on stdin, a folder as descriptor 3, nothing else. */
#include <config.h>

/*
 * Reading archives is where hostile bytes meet complicated code, so it happens
 * in a program that has nothing but what it needs, and takes the rest away from
 * itself before it reads the first byte. It is started by
 * supply/unpack with the limits as NAME=NUMBER arguments and answers in lines
 * on stdout:
 *
 *	sandbox holds             it is shut in (os/sandbox), and may be fed with
 *	sandbox none REASON       anything; or it is not, and should not be
 *	progress BYTES            read from the archive so far
 *	done FILES BYTES          everything was written (status 0)
 *	error TEXT                why it stopped (the error code's status)
 *
 * The folder is the caller's stage: whatever happens, the caller removes it. So
 * a signal may end this program at any moment.
 */

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/extract.h"
#include "io/zip.h"
#include "os/platform.h"
#include "os/sandbox.h"

/* As proc_spec's pass_fd arrives. */
#define FOLDER_FD 3
/* Most components that may be taken off. */
#define STRIP_MAX 8
/* Bytes of the archive between two progress lines. */
#define PROGRESS_STEP ((uint64_t)1024 * 1024)
/* 256 MiB: the largest window of a decoder that archives use (128 MiB), twice. */
#define MEMORY_MAX ((uint64_t)256 * 1024 * 1024)
/* The largest archive known takes 30 s; a decoder that hangs must end some time. */
#define CPU_MAX_S 600
/* Bytes of a line that we print. */
#define LINE_SIZE 4096

struct settings {
	struct archive_limits limits;
	uint64_t strip;
	uint64_t zip;	  /* 1: stdin is a wheel, a file that can be read at any place */
	unsigned writers; /* threads that make files */
};

static int
read_setting(struct settings *settings, const char *arg, struct err *err)
{
	const struct {
		struct str name;
		uint64_t max;
		uint64_t *value;
	} names[] = {
		{ STR_LIT("strip"), STRIP_MAX, &settings->strip },
		{ STR_LIT("zip"), 1, &settings->zip },
		{ STR_LIT("entries"), UINT32_MAX, &settings->limits.entries },
		{ STR_LIT("file"), INT64_MAX, &settings->limits.file_bytes },
		{ STR_LIT("total"), INT64_MAX, &settings->limits.total_bytes },
		{ STR_LIT("ratio"), UINT32_MAX, &settings->limits.ratio },
	};
	struct str value = str_from(arg);
	struct str name;

	str_split(&value, '=', &name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint64_t min = names[i].value == &settings->strip ? 0 : 1;

		if (str_eq(name, names[i].name) &&
		    str_u64(value, min, names[i].max, names[i].value))
			return 0;
	}
	return err_set(err, ERR_USAGE, "%s is no limit (usage: pyvern-unpack NAME=NUMBER... <FILE)",
		       arg);
}

static void
print_progress(void *ctx, uint64_t bytes_in)
{
	uint64_t *next = ctx;

	if (bytes_in < *next)
		return;
	*next = bytes_in + PROGRESS_STEP;
	printf("progress %" PRIu64 "\n", bytes_in);
	fflush(stdout);
}

/* It has limits of its own. */
static int
unpack_zip(const struct dir *into, struct extract_result *ret_result, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (zip_unpack(STDIN_FILENO, "the wheel", into, &names, err) < 0)
		return -1;
	ret_result->files = names.count;
	return 0;
}

static int
unpack(const struct settings *settings, struct extract_result *ret_result, struct err *err)
{
	cleanup_archive struct archive_reader *reader = NULL;
	cleanup_dirfd struct dir into = { .fd = FOLDER_FD, .path = mem_strdup("the stage") };
	uint64_t next = PROGRESS_STEP;
	struct extract_options options = { .strip = (unsigned)settings->strip,
					   .writers = settings->writers,
					   .on_progress = print_progress,
					   .ctx = &next };

	if (settings->zip)
		return unpack_zip(&into, ret_result, err);
	if (archive_open(STDIN_FILENO, &settings->limits, &reader, err) < 0)
		return -1;
	return extract_archive(reader, &into, &options, ret_result, err);
}

/* One line, whatever names from the archive are in TEXT: a newline would begin an
 * answer of the archive's own. */
static void
print_error(const char *text)
{
	printf("error ");
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 127)
			printf("\\x%02x", (unsigned char)*p);
		else
			putchar(*p);
	}
	putchar('\n');
}

static void
shut_in(const struct settings *settings)
{
	const struct sandbox_limits limits = { .memory = MEMORY_MAX,
					       .file_size = settings->limits.file_bytes,
					       .cpu_s = CPU_MAX_S };
	struct sandbox_report report;

	sandbox_enter(FOLDER_FD, &limits, &report);
	if (sandbox_holds(&report))
		printf("sandbox holds\n");
	else
		printf("sandbox none %s\n", report.why);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	char line[LINE_SIZE];
	cleanup_err struct err err = { 0 };
	struct settings settings = { .limits = archive_limits_default };
	struct extract_result result = { 0 };

	/* libarchive converts PAX names (UTF-8) to the locale's characters. */
	if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "en_US.UTF-8"))
		setlocale(LC_CTYPE, "");
	/* A buffer of ours: stdio would ask what kind of file it is, with a system call
	 * that the sandbox does not know. */
	(void)setvbuf(stdout, line, _IOFBF, sizeof(line));
	/* What a Python's files need; the user's umask is about his own files. */
	umask(022);
	/* With one CPU, threads only change places. */
	settings.writers = platform_cpus() > 1 ? platform_cpus() : 0;
	for (int i = 1; i < argc && err.code == ERR_NONE; i++)
		(void)read_setting(&settings, argv[i], &err);
	if (err.code == ERR_NONE)
		shut_in(&settings);
	if (err.code == ERR_NONE && unpack(&settings, &result, &err) == 0)
		printf("done %" PRIu64 " %" PRIu64 "\n", result.files, result.bytes);
	else
		print_error(err.message);
	if (fflush(stdout) != 0)
		return 1;
	return err_status(err.code);
}
