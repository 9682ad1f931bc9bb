/* SPDX-License-Identifier: MIT */
/* What was installed, from where and how: for people and for audits. */
#include <config.h>

#include "supply/receipt.h"

#include <time.h>

#include "core/layout.h"
#include "io/json.h"

/* Compiler and options can be long, a list of modules is not. */
#define RECEIPT_MAX ((size_t)1024 * 1024)

static json_t *
artifact_json(const struct provenance *p)
{
	return json_pack("{s:s, s:s?, s:s?, s:I, s:s?}", "provenance",
			 provenance_kind_name(p->kind), "url", p->url, "sha256", p->sha256, "size",
			 (json_int_t)p->size, "source", p->source);
}

static json_t *
build_json(const struct receipt *r)
{
	cleanup_free char *make = strvec_join(&r->settings->make_words, " ");

	return json_pack("{s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s?}", "configure",
			 r->build->configure_line, "compiler", r->settings->compiler,
			 "compiler_version", r->settings->compiler_version, "make_options", make,
			 "CFLAGS", env_get(&r->settings->env, "CFLAGS"), "CPPFLAGS",
			 env_get(&r->settings->env, "CPPFLAGS"), "LDFLAGS",
			 env_get(&r->settings->env, "LDFLAGS"));
}

static json_t *
probe_json(const struct probe_report *probe)
{
	json_t *works = json_array();
	json_t *missing = json_object();

	for (size_t i = 0; i < probe->works.count; i++)
		json_array_append_new(works, json_string(probe->works.items[i]));
	for (size_t i = 0; i < probe->missing.count; i++)
		json_object_set_new(missing, probe->missing.items[i],
				    json_string(probe->reasons.items[i]));
	return json_pack("{s:s?, s:o, s:o}", "python", probe->python, "works", works, "missing",
			 missing);
}

static json_t *
durations_json(const struct receipt *r)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "download", (json_int_t)r->download_ms,
			 "unpack", (json_int_t)r->unpack_ms, "configure",
			 (json_int_t)r->build->configure_ms, "make", (json_int_t)r->build->make_ms,
			 "make_install", (json_int_t)r->build->install_ms);
}

int
receipt_write(const struct dir *meta, const struct receipt *r, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	cleanup_buf struct buf text = BUF_INIT(RECEIPT_MAX);
	char stamp[sizeof("2026-12-31T23:59:59Z")] = "";
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	doc = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s?, s:o}", "schema",
			RECEIPT_SCHEMA, "name", r->name, "request", r->request, "installed", stamp,
			"pyvern", PACKAGE_VERSION, "artifact", artifact_json(r->provenance),
			"build", build_json(r), "probe", probe_json(r->probe), "packages",
			r->packages, "milliseconds", durations_json(r));
	if (!doc)
		return err_set(err, ERR_FAILED,
			       "cannot write a receipt: a setting of the build is not UTF-8");
	if (json_render(doc, &text, err) < 0)
		return -1;
	return fs_write_file(meta, LAYOUT_RECEIPT, buf_str(&text), 0644, err);
}
