/* SPDX-License-Identifier: MIT */
/* What was installed, from where and how: for people and for audits. */
#include <config.h>

#include "supply/receipt_internal.h"

#include <string.h>
#include <time.h>

#include "io/json.h"
#include "supply/catalog.h"
#include "trust/root.h"

/* Entries of "moved": the last ones are of use, not each of a root on a stick. */
#define RECEIPT_MOVES_MAX 16

static json_t *
artifact_json(const struct provenance *p)
{
	return json_pack("{s:s, s:o, s:o, s:I, s:o}", "provenance", provenance_kind_name(p->kind),
			 "url", json_text(p->url), "sha256", json_text(p->sha256), "size",
			 (json_int_t)p->size, "source", json_text(p->source));
}

/* What was chosen, as the catalogue has it. */
static json_t *
choice_json(const struct receipt *r)
{
	const struct artifact *a = r->artifact;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kind",
			 artifact_kind_name(a->kind), "implementation",
			 json_text(a->implementation), "variant", json_text(a->variant), "os",
			 json_text(a->os), "arch", json_text(a->arch), "libc", json_text(a->libc),
			 "cpu", json_text(a->cpu), "build", json_text(a->build), "why",
			 json_text(r->why));
}

/* null where there is none: the digest alone vouches. */
static json_t *
signature_json(const struct signature *s)
{
	const struct sigstore_report *r = s ? &s->report : NULL;
	cleanup_free char *time = r && r->time ? trust_time_text(r->time) : NULL;
	json_t *value;

	if (!s)
		return json_null();
	value = json_pack("{s:s, s:o, s:o}", "kind", signature_kind_name(s->kind), "identity",
			  json_text(r->identity), "time", json_text(time));
	if (s->kind == SIGNATURE_OPENPGP) {
		json_object_set_new(value, "fingerprint", json_text(s->fingerprint));
		return value;
	}
	json_object_set_new(value, "issuer", json_text(r->issuer));
	json_object_set_new(value, "log", json_text(r->log));
	json_object_set_new(value, "entry", json_integer((json_int_t)r->index));
	if (r->predicate)
		json_object_set_new(value, "predicate", json_text(r->predicate));
	return value;
}

/* null for what was made for its place. */
static json_t *
relocated_json(const struct relocate_report *r)
{
	json_t *left = json_object();

	if (!r || !r->from) {
		json_decref(left);
		return json_null();
	}
	for (size_t i = 0; i < r->left.count; i++)
		json_object_set_new(left, r->left.items[i], json_text(r->reasons.items[i]));
	return json_pack("{s:o, s:o, s:o}", "from", json_text(r->from), "changed",
			 receipt_list_json(&r->changed), "left", left);
}

static json_t *
probe_json(const struct probe_report *probe)
{
	json_t *missing = json_object();
	json_t *facts = json_object();

	for (size_t i = 0; i < probe->missing.count; i++)
		json_object_set_new(missing, probe->missing.items[i],
				    json_text(probe->reasons.items[i]));
	for (size_t i = 0; probe_fact_names[i]; i++)
		if (probe_fact(probe, probe_fact_names[i]))
			json_object_set_new(facts, probe_fact_names[i],
					    json_text(probe_fact(probe, probe_fact_names[i])));
	return json_pack("{s:o, s:o, s:o, s:o}", "python", json_text(probe->python), "works",
			 receipt_list_json(&probe->works), "missing", missing, "facts", facts);
}

/* Of the phases that there were. */
static json_t *
durations_json(const struct receipt *r)
{
	json_t *times = json_pack("{s:I, s:I}", "download", (json_int_t)r->download_ms, "unpack",
				  (json_int_t)r->unpack_ms);

	if (r->build) {
		json_object_set_new(times, "configure",
				    json_integer((json_int_t)r->build->configure_ms));
		json_object_set_new(times, "make", json_integer((json_int_t)r->build->make_ms));
		json_object_set_new(times, "make_install",
				    json_integer((json_int_t)r->build->install_ms));
	} else {
		json_object_set_new(times, "relocate", json_integer((json_int_t)r->relocate_ms));
		json_object_set_new(times, "finish", json_integer((json_int_t)r->finish_ms));
	}
	return times;
}

static json_t *
unpacked_json(const struct receipt *r)
{
	if (!r->is_unpacked)
		return json_null();
	return json_pack("{s:b, s:b}", "shut_in", r->shut_in, "while_it_arrived",
			 r->while_it_arrived);
}

/* "2026-12-31T23:59:59Z" */
struct stamp {
	char text[sizeof("2026-12-31T23:59:59Z")];
};

static struct stamp
stamp_now(void)
{
	struct stamp stamp = { "" };
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	(void)strftime(stamp.text, sizeof(stamp.text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return stamp;
}

int
receipt_write(const struct dir *meta, const struct receipt *r, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	cleanup_buf struct buf text = BUF_INIT(RECEIPT_MAX);
	struct stamp stamp = stamp_now();

	json_t *build;

	if (receipt_build_json(r, &build, err) < 0) {
		json_decref(build);
		return -1;
	}
	doc = json_pack("{s:i, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			"schema", RECEIPT_SCHEMA, "name", r->name, "request", json_text(r->request),
			"installed", stamp.text, "pyvern", PACKAGE_VERSION, "choice",
			choice_json(r), "artifact", artifact_json(r->provenance), "signature",
			signature_json(r->signature), "unpacked", unpacked_json(r), "build", build,
			"relocated", relocated_json(r->relocated), "probe", probe_json(r->probe),
			"packages", json_text(r->packages), "milliseconds", durations_json(r));
	if (!doc)
		return err_set(err, ERR_FAILED, "cannot write a receipt: out of memory");
	if (r->patch && fs_replace_file(meta, LAYOUT_PATCH, str_from(r->patch), 0644, err) < 0)
		return -1;
	if (json_render(doc, &text, err) < 0)
		return -1;
	return fs_replace_file(meta, LAYOUT_RECEIPT, buf_str(&text), 0644, err);
}

/* Is the last of MOVES from FROM to TO? */
static bool
is_last_move(const json_t *moves, const char *from, const char *to)
{
	const json_t *last = json_array_get(moves, json_array_size(moves) - 1);
	const char *last_from = json_get_text(last, "from");
	const char *last_to = json_get_text(last, "to");

	return last_from && last_to && strcmp(last_from, from) == 0 && strcmp(last_to, to) == 0;
}

int
receipt_add_move(const struct dir *meta, const char *from, const char *to, size_t files,
		 struct err *err)
{
	cleanup_json json_t *doc = NULL;
	cleanup_buf struct buf old = BUF_INIT(RECEIPT_MAX);
	cleanup_buf struct buf new = BUF_INIT(RECEIPT_MAX);
	json_t *moves;

	if (!fs_exists_at(meta, LAYOUT_RECEIPT))
		return 0;
	if (fs_read_file(meta, LAYOUT_RECEIPT, &old, err) < 0 ||
	    json_parse(buf_str(&old), "the receipt", RECEIPT_MAX, &doc, err) < 0)
		return -1;
	moves = json_object_get(doc, "moved");
	if (!json_is_array(moves)) {
		json_object_set_new(doc, "moved", json_array());
		moves = json_object_get(doc, "moved");
	}
	if (is_last_move(moves, from, to))
		return 0;
	json_array_append_new(moves, json_pack("{s:s, s:o, s:o, s:I}", "when", stamp_now().text,
					       "from", json_text(from), "to", json_text(to),
					       "files", (json_int_t)files));
	while (json_array_size(moves) > RECEIPT_MOVES_MAX)
		json_array_remove(moves, 0);
	if (json_render(doc, &new, err) < 0)
		return -1;
	return fs_replace_file(meta, LAYOUT_RECEIPT, buf_str(&new), 0644, err);
}
