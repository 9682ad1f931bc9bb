/* SPDX-License-Identifier: MIT */
/* Whom signatures may lead to: keys of logs, certificates of authorities, and when. */
#include <config.h>

#include "trust/root.h"

#include <string.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "io/json.h"

#define MEDIA_TYPE "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
#define MEDIA_TYPE_2 "application/vnd.dev.sigstore.trustedroot.v0.2+json"
#define OUR_FIRST_LINE "# pyvern trust 1"

/* Where a root that is read gets its entries from. */
struct reading {
	const char *what;
	struct trust_root *root;
};

static int
bad(const struct reading *r, const char *entry, const char *why, struct err *err)
{
	return err_set(err, ERR_CHECK, "%s: %s: %s", r->what, entry, why);
}

static int
read_window(const struct reading *r, const char *entry, struct str start, struct str end,
	    struct trust_window *ret, struct err *err)
{
	ret->end = INT64_MAX;
	if (!trust_time_parse(start, &ret->start))
		return bad(r, entry, "it has no time from which it is good", err);
	if (end.n && !trust_time_parse(end, &ret->end))
		return bad(r, entry, "its end is no time", err);
	return 0;
}

/* Add a log: KEY is base64 of a SubjectPublicKeyInfo, ID base64, too. */
static int
add_log(const struct reading *r, struct trust_log *logs, size_t *count, struct str uri,
	struct str id, struct str key, const struct trust_window *window, struct err *err)
{
	cleanup_free char *name = mem_strndup(uri.p ? uri.p : "", uri.n);
	cleanup_bytes struct bytes der = { 0 };
	struct trust_log *log = &logs[*count];
	const unsigned char *at;

	if (*count == TRUST_ROOT_ENTRIES)
		return bad(r, name, "there are too many of its kind", err);
	if (!bytes_from_base64(key, &der) || der.n == 0)
		return bad(r, name, "its key is no base64", err);
	if (!bytes_from_base64(id, &log->id) || log->id.n != BYTES_SHA256) {
		bytes_reset(&log->id);
		return bad(r, name, "its id is not 32 bytes in base64", err);
	}
	at = der.p;
	log->key = d2i_PUBKEY(NULL, &at, (long)der.n);
	if (!log->key || at != der.p + der.n) {
		EVP_PKEY_free(log->key);
		log->key = NULL;
		bytes_reset(&log->id);
		return bad(r, name, "its key cannot be read", err);
	}
	log->uri = steal_ptr(&name);
	log->window = *window;
	(*count)++;
	return 0;
}

/* Begin an authority, whose certificates follow; NULL on error. */
static struct trust_authority *
add_authority(const struct reading *r, struct trust_authority *list, size_t *count, struct str uri,
	      const struct trust_window *window, struct err *err)
{
	struct trust_authority *added;

	if (*count == TRUST_ROOT_ENTRIES) {
		(void)bad(r, "an authority", "there are too many of its kind", err);
		return NULL;
	}
	added = &list[(*count)++];
	added->uri = mem_strndup(uri.p ? uri.p : "", uri.n);
	added->window = *window;
	return added;
}

static int
add_certificate(const struct reading *r, struct trust_authority *to, struct str text,
		struct err *err)
{
	cleanup_bytes struct bytes der = { 0 };
	const unsigned char *at;
	X509 *cert;

	if (to->count == TRUST_ROOT_CHAIN)
		return bad(r, to->uri, "it has too many certificates", err);
	if (!bytes_from_base64(text, &der) || der.n == 0)
		return bad(r, to->uri, "a certificate is no base64", err);
	at = der.p;
	cert = d2i_X509(NULL, &at, (long)der.n);
	if (!cert || at != der.p + der.n) {
		X509_free(cert);
		return bad(r, to->uri, "a certificate cannot be read", err);
	}
	to->certs[to->count++] = cert;
	return 0;
}

/* Ours: KIND, URI, start, end ("-": still), then id and key, or certificates. */
static int
read_row(const struct reading *r, struct str line, struct err *err)
{
	struct trust_root *root = r->root;
	struct trust_authority *authority;
	struct trust_window window;
	struct str part[4] = { { 0 } };
	struct str more;
	bool is_certificates;
	cleanup_free char *name = NULL;

	for (size_t i = 0; i < 4; i++)
		if (!str_split(&line, '\t', &part[i]))
			return bad(r, "a row", "it has too few columns", err);
	name = mem_strndup(part[1].p, part[1].n);
	if (str_eq_text(part[3], "-"))
		part[3] = (struct str){ 0 };
	if (read_window(r, name, part[2], part[3], &window, err) < 0)
		return -1;
	if (str_eq_text(part[0], "log") || str_eq_text(part[0], "ctlog")) {
		bool ct = part[0].p[0] == 'c';

		if (!str_split(&line, '\t', &more))
			return bad(r, name, "it has too few columns", err);
		return add_log(r, ct ? root->ctlogs : root->logs,
			       ct ? &root->ctlog_count : &root->log_count, part[1], more, line,
			       &window, err);
	}
	is_certificates = str_eq_text(part[0], "certificates");
	if (!is_certificates && !str_eq_text(part[0], "timestamps"))
		return bad(r, name, "it is of no known kind", err);
	authority =
		add_authority(r, is_certificates ? root->authorities : root->timestampers,
			      is_certificates ? &root->authority_count : &root->timestamper_count,
			      part[1], &window, err);
	if (!authority)
		return -1;
	while (str_split(&line, '\t', &more))
		if (add_certificate(r, authority, more, err) < 0)
			return -1;
	return authority->count ? 0 : bad(r, name, "it has no certificates", err);
}

static int
read_ours(const struct reading *r, struct str text, struct err *err)
{
	struct str line;

	while (str_line(&text, &line)) {
		if (str_starts(line, STR_LIT("date\t"))) {
			struct str date = str_skip(line, 5);

			free(r->root->date);
			r->root->date = mem_strndup(date.p, date.n);
			continue;
		}
		if (line.n && line.p[0] != '#' && read_row(r, line, err) < 0)
			return -1;
	}
	return 0;
}

static int
json_window(const struct reading *r, const json_t *object, const char *name,
	    struct trust_window *ret, struct err *err)
{
	const json_t *window = json_object_get(object, "validFor");
	const json_t *end = json_object_get(window, "end");

	if (end && !json_get_text(window, "end"))
		return bad(r, name, "its end is no time", err);
	return read_window(r, name, str_from(json_get_text(window, "start")),
			   str_from(json_get_text(window, "end")), ret, err);
}

static int
json_logs(const struct reading *r, const json_t *list, struct trust_log *logs, size_t *count,
	  struct err *err)
{
	size_t i;
	const json_t *item;

	if (list && !json_is_array(list))
		return bad(r, "its logs", "they are no list", err);
	json_array_foreach(list, i, item) {
		const char *uri = json_get_text(item, "baseUrl");
		const json_t *key = json_object_get(item, "publicKey");
		const char *id = json_get_text(json_object_get(item, "logId"), "keyId");
		struct trust_window window;

		if (json_window(r, key, uri ? uri : "a log", &window, err) < 0 ||
		    add_log(r, logs, count, str_from(uri), str_from(id),
			    str_from(json_get_text(key, "rawBytes")), &window, err) < 0)
			return -1;
	}
	return 0;
}

static int
json_authorities(const struct reading *r, const json_t *list, struct trust_authority *to,
		 size_t *count, struct err *err)
{
	size_t i;
	size_t k;
	const json_t *item;
	const json_t *cert;

	if (list && !json_is_array(list))
		return bad(r, "its authorities", "they are no list", err);
	json_array_foreach(list, i, item) {
		const char *uri = json_get_text(item, "uri");
		const json_t *certs =
			json_object_get(json_object_get(item, "certChain"), "certificates");
		struct trust_authority *authority;
		struct trust_window window;

		if (json_window(r, item, uri ? uri : "an authority", &window, err) < 0)
			return -1;
		authority = add_authority(r, to, count, str_from(uri), &window, err);
		if (!authority)
			return -1;
		json_array_foreach(certs, k, cert) {
			if (add_certificate(r, authority, str_from(json_get_text(cert, "rawBytes")),
					    err) < 0)
				return -1;
		}
		if (authority->count == 0)
			return bad(r, authority->uri, "it has no certificates", err);
	}
	return 0;
}

static int
read_json(const struct reading *r, struct str text, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	struct trust_root *root = r->root;
	const char *type;

	if (json_parse(text, r->what, TRUST_ROOT_MAX, &doc, err) < 0)
		return -1;
	type = json_get_text(doc, "mediaType");
	if (!type || (strcmp(type, MEDIA_TYPE) != 0 && strcmp(type, MEDIA_TYPE_2) != 0))
		return err_set(err, ERR_CHECK, "%s is no trusted root: its media type is %s",
			       r->what, type ? type : "missing");
	if (json_logs(r, json_object_get(doc, "tlogs"), root->logs, &root->log_count, err) < 0 ||
	    json_logs(r, json_object_get(doc, "ctlogs"), root->ctlogs, &root->ctlog_count, err) < 0)
		return -1;
	if (json_authorities(r, json_object_get(doc, "certificateAuthorities"), root->authorities,
			     &root->authority_count, err) < 0)
		return -1;
	return json_authorities(r, json_object_get(doc, "timestampAuthorities"), root->timestampers,
				&root->timestamper_count, err);
}

int
trust_root_parse(struct str text, const char *what, struct trust_root **ret, struct err *err)
{
	cleanup_trust_root struct trust_root *root = mem_zalloc(sizeof(*root));
	struct reading r = { .what = what, .root = root };
	int status;

	/* As for digests: what vouches must not depend on a file that loads code. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (text.n > TRUST_ROOT_MAX)
		return err_set(err, ERR_CHECK, "%s is larger than %zu bytes", what, TRUST_ROOT_MAX);
	if (str_starts(text, STR_LIT(OUR_FIRST_LINE "\n")))
		status = read_ours(&r, text, err);
	else
		status = read_json(&r, text, err);
	if (status < 0)
		return -1;
	*ret = steal_ptr(&root);
	return 0;
}

static void
logs_free(struct trust_log *logs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(logs[i].uri);
		bytes_reset(&logs[i].id);
		EVP_PKEY_free(logs[i].key);
	}
}

static void
authorities_free(struct trust_authority *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].uri);
		for (size_t k = 0; k < list[i].count; k++)
			X509_free(list[i].certs[k]);
	}
}

void
trust_root_free(struct trust_root *root)
{
	if (!root)
		return;
	logs_free(root->logs, root->log_count);
	logs_free(root->ctlogs, root->ctlog_count);
	authorities_free(root->authorities, root->authority_count);
	authorities_free(root->timestampers, root->timestamper_count);
	free(root->date);
	free(root);
}
