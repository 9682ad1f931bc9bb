/* SPDX-License-Identifier: MIT */
/* Fetches one artifact that is described on the command line, for tests. */
#include <config.h>

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/sig.h"
#include "supply/fetch.h"

/*
 * fetch_file [options] URL SHA256 SIZE [URL SHA256 SIZE]…
 *   --root DIR --offline --mirror TEXT --digest-mirror URL --apt DIR --ca FILE
 *   --stall SECONDS --pause MILLISECONDS --patience SECONDS --follow
 *
 * stdout: "ok PATH SOURCE SIZE CHOSEN" or "error NAME"; stderr: the events and
 * the error's lines. Exit status as pyvern's. With --follow, stderr has besides
 * "followed N of SIZE bytes, R restarts": how many of the file's bytes were seen,
 * and were the right ones, while they arrived.
 */

static const struct option options_known[] = {
	{ "root", required_argument, NULL, 'r' },
	{ "offline", no_argument, NULL, 'o' },
	{ "mirror", required_argument, NULL, 'm' },
	{ "digest-mirror", required_argument, NULL, 'd' },
	{ "apt", required_argument, NULL, 'a' },
	{ "ca", required_argument, NULL, 'c' },
	{ "stall", required_argument, NULL, 's' },
	{ "pause", required_argument, NULL, 'p' },
	{ "patience", required_argument, NULL, 'w' },
	{ "follow", no_argument, NULL, 'f' },
	{ 0 },
};

/* What a follower saw. */
struct seen {
	char *bytes;
	uint64_t size;
	unsigned restarts;
};

static void
on_grew(void *ctx, int fd, uint64_t size)
{
	struct seen *seen = ctx;

	if (size < seen->size)
		abort();
	seen->bytes = mem_resize(seen->bytes, size, 1);
	while (seen->size < size) {
		ssize_t n =
			pread(fd, seen->bytes + seen->size, size - seen->size, (off_t)seen->size);

		if (n <= 0)
			abort();
		seen->size += (uint64_t)n;
	}
}

static void
on_restarted(void *ctx)
{
	struct seen *seen = ctx;

	seen->size = 0;
	seen->restarts++;
}

static void
report_seen(const struct seen *seen, const struct fetched *file)
{
	uint64_t size = file->provenance.size;
	cleanup_free char *bytes = mem_zalloc(size + 1);
	uint64_t same = 0;

	if (file->fd < 0 || pread(file->fd, bytes, size, 0) != (ssize_t)size)
		return;
	while (same < size && same < seen->size && bytes[same] == seen->bytes[same])
		same++;
	fprintf(stderr, "followed %" PRIu64 " of %" PRIu64 " bytes, %u restarts\n", same, size,
		seen->restarts);
}

static void
print_event(void *ctx, const struct event *event)
{
	(void)ctx;
	if (event->kind == EVENT_PHASE)
		fprintf(stderr, "phase: %s %s\n", event->phase, event->text ? event->text : "");
	else if (event->kind == EVENT_NOTE)
		fprintf(stderr, "note: %s\n", event->text);
	else if (event->kind == EVENT_WARNING)
		fprintf(stderr, "warning: %s\n", event->text);
	else if (event->kind == EVENT_PROGRESS)
		fprintf(stderr, "progress: %" PRIu64 " of %" PRIu64 "\n", event->done,
			event->total);
}

static void
read_options(int argc, char **argv, struct layout *layout, struct fetch_options *o)
{
	static struct seen seen;
	static const struct fetch_follower follower = { .grew = on_grew,
							.restarted = on_restarted,
							.ctx = &seen };
	int c;

	while ((c = getopt_long(argc, argv, "", options_known, NULL)) != -1)
		switch (c) {
		case 'r':
			layout->root = optarg;
			break;
		case 'o':
			o->offline = true;
			break;
		case 'm':
			o->mirrors.mirrors = optarg;
			break;
		case 'd':
			o->mirrors.digest_mirror = optarg;
			break;
		case 'a':
			o->mirrors.apt_dir = optarg;
			break;
		case 'c':
			o->http.ca_file = optarg;
			break;
		case 's':
			o->http.stall_s = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'p':
			o->http.pause_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'w':
			o->http.retry_after_s = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'f':
			o->follower = &follower;
			break;
		default:
			exit(2);
		}
}

static int
report(const struct fetched *file, struct err *err)
{
	int status = err_status(err->code);

	if (err->code == ERR_NONE) {
		printf("ok %s %s %" PRIu64 " %zu\n", file->path, file->provenance.source,
		       file->provenance.size, file->chosen);
		return 0;
	}
	printf("error %s\n", err_code_name(err->code));
	fprintf(stderr, "error: %s\n", err->message);
	for (size_t i = 0; i < err->detail_count; i++)
		fprintf(stderr, "  %s: %s\n", err->details[i].label, err->details[i].text);
	return status;
}

int
main(int argc, char **argv)
{
	struct layout layout = { 0 };
	struct events events = { .emit = print_event };
	struct fetch_options options = { .layout = &layout, .subject = "9.9.9", .events = &events };
	cleanup_free struct artifact *artifacts = mem_zalloc((size_t)argc * sizeof(*artifacts));
	cleanup_fetched struct fetched file = FETCHED_INIT;
	cleanup_err struct err err = { 0 };
	size_t count = 0;

	sig_install();
	read_options(argc, argv, &layout, &options);
	for (int i = optind; i + 2 < argc; i += 3)
		artifacts[count++] = (struct artifact){ .implementation = "cpython",
							.version = "9.9.9",
							.variant = "",
							.url = argv[i],
							.sha256 = argv[i + 1],
							.size = strtoull(argv[i + 2], NULL, 10) };
	if (count == 0 || !layout.root)
		return 2;
	(void)!fetch_artifact(&options, artifacts, count, &file, &err);
	if (options.follower)
		report_seen(options.follower->ctx, &file);
	return report(&file, &err);
}
