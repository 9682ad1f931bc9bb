/* SPDX-License-Identifier: MIT */
/* Is the entry in the log: the log's promise, the proof, the signed checkpoint? */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

#define NOTE_SIGNATURE "\xe2\x80\x94 " /* an em dash */
/* Bytes of a key's hint before a note's signature. */
#define NOTE_HINT ((size_t)4)
/* Most signatures of a note: the log's, and those of its witnesses. */
#define NOTE_SIGNATURES_MAX 64

static struct str
hash_str(const unsigned char hash[BYTES_SHA256])
{
	return (struct str){ (const char *)hash, BYTES_SHA256 };
}

static const struct trust_log *
find_log(const struct verifying *v, const struct sigstore_entry *entry)
{
	for (size_t i = 0; i < v->root->log_count; i++)
		if (bytes_eq(&v->root->logs[i].id, bytes_str(&entry->log_id)))
			return &v->root->logs[i];
	return NULL;
}

/* The promise ("signed entry timestamp") is over canonical JSON of what it is about. */
static int
check_promise(struct verifying *v, const struct sigstore_entry *entry, const struct trust_log *log,
	      struct err *err)
{
	cleanup_free char *body = bytes_to_base64(bytes_str(&entry->body));
	cleanup_free char *id = bytes_to_hex(bytes_str(&entry->log_id));
	cleanup_free char *text = mem_printf("{\"body\":\"%s\",\"integratedTime\":%" PRIu64
					     ",\"logID\":\"%s\",\"logIndex\":%" PRIu64 "}",
					     body, entry->seconds, id, entry->index);

	if (!sigstore_signed_by(log->key, EVP_sha256(), bytes_str(&entry->promise), str_from(text)))
		return sigstore_fail(err, "signed entry timestamp",
				     "it is not signed by the log %s, or is of something else",
				     log->uri);
	/* Only what the log has signed is a time. */
	if (entry->seconds == 0)
		return sigstore_fail(err, "signed entry timestamp", "it has no time");
	v->times[v->time_count++] = (int64_t)entry->seconds * 1000;
	if (!v->report->time_by) {
		v->report->time = (int64_t)entry->seconds * 1000;
		v->report->time_by = mem_strdup(log->uri);
	}
	return 0;
}

static bool
hash_node(const unsigned char *left, const unsigned char *right, unsigned char ret[BYTES_SHA256])
{
	struct str pieces[] = { { "\x01", 1 }, hash_str(left), hash_str(right) };

	return bytes_sha256(pieces, 3, ret);
}

/* RFC 9162, 2.1.3.2. */
static int
check_inclusion(const struct sigstore_entry *entry, struct err *err)
{
	struct str leaf[] = { { "\0", 1 }, bytes_str(&entry->body) };
	unsigned char hash[BYTES_SHA256];
	uint64_t at = entry->leaf;
	uint64_t last;
	bool ok = bytes_sha256(leaf, 2, hash);

	if (entry->leaf >= entry->tree)
		return sigstore_fail(err, "inclusion proof", "the entry is beyond the tree");
	last = entry->tree - 1;
	for (size_t i = 0; ok && i < entry->hash_count; i++) {
		const unsigned char *beside = entry->hashes[i].p;

		if (last == 0)
			return sigstore_fail(err, "inclusion proof", "its path is too long");
		if (at % 2 == 1 || at == last) {
			ok = hash_node(beside, hash, hash);
			while (at % 2 == 0 && at != 0) {
				at /= 2;
				last /= 2;
			}
		} else {
			ok = hash_node(hash, beside, hash);
		}
		at /= 2;
		last /= 2;
	}
	if (!ok || last != 0 || !bytes_eq(&entry->root, hash_str(hash)))
		return sigstore_fail(err, "inclusion proof",
				     "its path does not lead to the tree's root");
	return 0;
}

/* LINE is "— NAME BASE64" by KEY with ID, over TEXT. False also for another's. */
static bool
is_signed_line(struct str line, struct str origin, const struct bytes *id, EVP_PKEY *key,
	       struct str text)
{
	cleanup_bytes struct bytes raw = { 0 };
	struct str name;

	if (!str_starts(line, STR_LIT(NOTE_SIGNATURE)))
		return false;
	line = str_skip(line, sizeof(NOTE_SIGNATURE) - 1);
	name = (struct str){ line.p, str_find(line, ' ') };
	line = str_skip(line, name.n + 1);
	/* The origin is the name, or (first version) the name and the tree's number. */
	if (name.n == 0 || !str_starts(origin, name) ||
	    (origin.n != name.n && !str_starts(str_skip(origin, name.n), STR_LIT(" - "))))
		return false;
	if (!bytes_from_base64(line, &raw) || raw.n <= NOTE_HINT ||
	    !str_starts(bytes_str(id), (struct str){ (const char *)raw.p, NOTE_HINT }))
		return false;
	return sigstore_signed_by(key, EVP_sha256(), str_skip(bytes_str(&raw), NOTE_HINT), text);
}

int
sigstore_checkpoint_check(const char *note, const struct bytes *id, EVP_PKEY *key, uint64_t tree,
			  const struct bytes *root, struct err *err)
{
	static const char step[] = "checkpoint";
	const char *blank = strstr(note, "\n\n");
	struct str text = { note, blank ? (size_t)(blank - note) + 1 : 0 };
	struct str signatures = str_from(blank ? blank + 2 : "");
	struct str lines = text;
	struct str origin;
	struct str size;
	struct str hash;
	struct str line;
	uint64_t number;
	cleanup_bytes struct bytes said = { 0 };

	if (!blank || !str_ends(signatures, STR_LIT("\n")) || !str_line(&lines, &origin) ||
	    origin.n == 0 || !str_line(&lines, &size) || !str_line(&lines, &hash))
		return sigstore_fail(err, step, "it is no signed note");
	if (!str_u64(size, 0, INT64_MAX, &number) || number != tree)
		return sigstore_fail(err, step, "it is of a tree of another size");
	if (!bytes_from_base64(hash, &said) || !bytes_eq(&said, bytes_str(root)))
		return sigstore_fail(err, step, "it is of a tree with another root");
	for (size_t i = 0; i < NOTE_SIGNATURES_MAX && str_line(&signatures, &line); i++)
		if (is_signed_line(line, origin, id, key, text))
			return 0;
	return sigstore_fail(err, step, "it is not signed by the log");
}

int
sigstore_log_check(struct verifying *v, const struct sigstore_entry *entry, struct err *err)
{
	const struct trust_log *log = find_log(v, entry);
	bool has_promise = entry->promise.n > 0;

	if (!log) {
		cleanup_free char *id = bytes_to_hex(bytes_str(&entry->log_id));

		return sigstore_fail(err, "log", "%s is not a log of the trusted root", id);
	}
	if (has_promise && check_promise(v, entry, log, err) < 0)
		return -1;
	if (!has_promise && v->bundle->format == SIGSTORE_0_1)
		return sigstore_fail(err, "signed entry timestamp",
				     "it is missing, which media type 0.1 needs");
	if (entry->has_proof && check_inclusion(entry, err) < 0)
		return -1;
	if (entry->has_proof && entry->checkpoint &&
	    sigstore_checkpoint_check(entry->checkpoint, &log->id, log->key, entry->tree,
				      &entry->root, err) < 0)
		return -1;
	if ((!entry->has_proof || !entry->checkpoint) && v->bundle->format != SIGSTORE_0_1)
		return sigstore_fail(err, entry->has_proof ? "checkpoint" : "inclusion proof",
				     "it is missing");
	if (!v->report->log) {
		v->report->log = mem_strdup(log->uri);
		v->report->index = entry->index;
		v->report->is_proven = true;
	}
	v->report->is_proven = v->report->is_proven && entry->checkpoint;
	return 0;
}

int
sigstore_log_windows(const struct verifying *v, const struct sigstore_entry *entry, struct err *err)
{
	const struct trust_log *log = find_log(v, entry);

	for (size_t i = 0; log && i < v->time_count; i++)
		if (!trust_window_has(&log->window, v->times[i])) {
			cleanup_free char *time = trust_time_text(v->times[i]);

			return sigstore_fail(err, "log", "the key of %s is not good at %s",
					     log->uri, time);
		}
	return 0;
}
