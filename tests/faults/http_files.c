/* SPDX-License-Identifier: MIT */
/* Gets several addresses at the same time on one session, for tests. */
#include <config.h>

#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/http.h"
#include "os/sig.h"

/*
 * http_files [--ca FILE] [--etag TAG] [--size BYTES] URL…
 *
 * stdout, in the order of the addresses: "ok BYTES ETAG", "same ETAG" or
 * "error NAME MESSAGE". Exit status: the highest of theirs.
 */

/* 1 GiB: most bytes taken when --size does not say. */
#define LIMIT ((uint64_t)1024 * 1024 * 1024)

struct get {
	struct http *http;
	struct http_request request;
	struct http_answer answer;
	uint64_t bytes;
	struct err err;
	pthread_t thread;
};

static int
on_begin(void *ctx, uint64_t offset, const char *validator, struct err *err)
{
	struct get *get = ctx;

	(void)validator;
	(void)err;
	get->bytes = offset;
	return 0;
}

static int
on_write(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct get *get = ctx;

	(void)bytes;
	(void)err;
	get->bytes += n;
	return 0;
}

static void *
run(void *ctx)
{
	struct get *get = ctx;
	struct http_sink sink = { .begin = on_begin, .write = on_write, .ctx = get };

	bool unreachable;

	get->request.answer = &get->answer;
	(void)!http_get(get->http, &get->request, &sink, &unreachable, &get->err);
	return NULL;
}

static int
report(struct get *get)
{
	const char *etag = *get->answer.etag ? get->answer.etag : "-";

	if (get->err.code != ERR_NONE)
		printf("error %s %s\n", err_code_name(get->err.code), get->err.message);
	else if (get->answer.not_modified)
		printf("same %s\n", etag);
	else
		printf("ok %" PRIu64 " %s\n", get->bytes, etag);
	return err_status(get->err.code);
}

static void
read_options(int argc, char **argv, struct http_options *options, struct http_request *request)
{
	static const struct option known[] = { { "ca", required_argument, NULL, 'c' },
					       { "etag", required_argument, NULL, 'e' },
					       { "size", required_argument, NULL, 's' },
					       { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		switch (c) {
		case 'c':
			options->ca_file = optarg;
			break;
		case 'e':
			request->etag = optarg;
			break;
		case 's':
			request->size = strtoull(optarg, NULL, 10);
			break;
		default:
			exit(2);
		}
}

int
main(int argc, char **argv)
{
	struct http_options options = { .pause_ms = 10 };
	struct http_request request = { .allow_http = true, .limit = LIMIT };
	cleanup_http struct http *http = NULL;
	cleanup_err struct err err = { 0 };
	cleanup_free struct get *gets = mem_zalloc((size_t)argc * sizeof(*gets));
	int status = 0;

	sig_install();
	read_options(argc, argv, &options, &request);
	if (http_open(&options, &http, &err) < 0)
		return 1;
	for (int i = optind; i < argc; i++) {
		gets[i].http = http;
		gets[i].request = request;
		gets[i].request.url = argv[i];
		if (pthread_create(&gets[i].thread, NULL, run, &gets[i]) != 0)
			return 1;
	}
	for (int i = optind; i < argc; i++) {
		int own;

		pthread_join(gets[i].thread, NULL);
		own = report(&gets[i]);
		status = own > status ? own : status;
		err_reset(&gets[i].err);
	}
	return status;
}
