/* SPDX-License-Identifier: MIT */
/* Unpacks an archive half of which is there at first, for tests. */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/sig.h"
#include "supply/unpack.h"
#include "trust/digest.h"

/*
 * unpack_file LIBEXEC ARCHIVE FOLDER [wrong|restart]
 *
 * stdout: "shut in yes|no", "fed early yes|no", then "ok FILES BYTES" or "error NAME
 * MESSAGE". With `wrong` the verified digest is another one than that of the file; with
 * `restart` the half that is there at first turns out to be another file's.
 */

/* Tries, 10 ms each, until the program must have begun. */
#define TRIES 300

static void
wait_until(bool (*is)(struct unpacking *u), struct unpacking *u)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < TRIES && !is(u); i++)
		nanosleep(&pause, NULL);
}

static int
run(const struct layout *layout, const char *path, const struct dir *into, const char *how,
    struct unpack_result *result, struct err *err)
{
	cleanup_unpacking struct unpacking *u = NULL;
	cleanup_fetched struct fetched file = FETCHED_INIT;
	const struct fetch_follower *follower;
	const struct events quiet = { 0 };
	char hex[DIGEST_HEX_SIZE];
	struct unpack_spec spec = { .layout = layout,
				    .into = into,
				    .strip = 1,
				    .limits = &archive_limits_default,
				    .subject = "test",
				    .events = &quiet };

	file.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file.fd < 0 || digest_fd(file.fd, hex, &file.provenance.size, err) < 0)
		return err->code ? -1 : err_sys(err, "cannot read %s", path);
	if (*how == 'w')
		hex[0] = hex[0] == '0' ? '1' : '0';
	file.provenance.sha256 = mem_strdup(hex);
	if (unpack_begin(&spec, &u, err) < 0)
		return -1;
	follower = unpack_follower(u);
	follower->grew(follower->ctx, file.fd, file.provenance.size / 2);
	wait_until(unpack_is_shut_in, u);
	printf("shut in %s\n", unpack_is_shut_in(u) ? "yes" : "no");
	if (unpack_is_shut_in(u))
		wait_until(unpack_was_fed_early, u);
	printf("fed early %s\n", unpack_was_fed_early(u) ? "yes" : "no");
	if (*how == 'r')
		follower->restarted(follower->ctx);
	return unpack_end(u, &file, result, err);
}

int
main(int argc, char **argv)
{
	struct layout layout = { 0 };
	struct unpack_result result = { 0 };
	cleanup_dirfd struct dir into = DIR_INIT;
	cleanup_err struct err err = { 0 };

	if (argc < 4)
		return 2;
	sig_install();
	layout.libexec = argv[1];
	if (fs_open_dir(argv[3], &into, &err) == 0 &&
	    run(&layout, argv[2], &into, argc > 4 ? argv[4] : "-", &result, &err) == 0)
		printf("ok %llu %llu\n", (unsigned long long)result.tree.files,
		       (unsigned long long)result.tree.bytes);
	else
		printf("error %s %s\n", err_code_name(err.code), err.message);
	return err_status(err.code);
}
