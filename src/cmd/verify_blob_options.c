/* SPDX-License-Identifier: MIT */
/* `pyvern verify-blob`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_verify_blob;

static const struct option_spec options[] = {
	{ .name = "bundle",
	  .kind = OPTION_TEXT,
	  .value = "FILE",
	  .help = "the Sigstore bundle (default: ARTIFACT.sigstore)" },
	{ .name = "identity",
	  .kind = OPTION_TEXT,
	  .value = "ID",
	  .help = "who must have signed: a mail address or an address, exactly" },
	{ .name = "issuer",
	  .kind = OPTION_TEXT,
	  .value = "URL",
	  .help = "who must have vouched for that identity, exactly" },
	{ .name = "key",
	  .kind = OPTION_TEXT,
	  .value = "PEM",
	  .help = "instead of these: the file of a public key" },
	{ .name = "trusted-root",
	  .kind = OPTION_TEXT,
	  .value = "FILE",
	  .help = "trust what this file says, not what came with pyvern" },
	{ .name = "quiet", .letter = 'q', .help = "show errors only" },
	{ .name = "json", .help = "as one JSON document" },
	{ 0 },
};

const struct command command_verify_blob = {
	.name = "verify-blob",
	.summary = "Verify the Sigstore bundle of a file, offline",
	.usage = "ARTIFACT|sha256:HEX",
	.operands = { { OPERAND_FILE } },
	.options = options,
	.help = "Takes --identity and --issuer, or --key. Signature, certificate, times, log "
		"entry\n"
		"and its proof are verified without any network; each must hold. A failure names "
		"the\n"
		"step that failed, and why.",
	.hidden = true, /* for scripts; `install` verifies by itself */
};
