/* SPDX-License-Identifier: MIT */
/* Programs of the system that a conda brings along. */
#include <config.h>

#include <string.h>

#include "core/shims_internal.h"

/* conda installs libraries with all their programs, next to its Python: a shim for
 * `curl` or `clear` would stand before the system's, and find nothing where another
 * version is chosen. By package, as conda has them. */
static const char *const packages[] = {
	/* bzip2 */ "bunzip2 bzcat bzcmp bzdiff bzegrep bzfgrep bzgrep bzip2 bzip2recover bzless "
		    "bzmore",
	/* c-ares */ "acountry adig ahost",
	/* cairo */ "cairo-trace",
	/* curl */ "curl curl-config",
	/* dbus */
	"dbus-cleanup-sockets dbus-daemon dbus-launch dbus-monitor dbus-run-session dbus-send "
	"dbus-test-tool dbus-update-activation-environment dbus-uuidgen",
	/* expat */ "xmlwf",
	/* fontconfig */
	"fc-cache fc-cat fc-conflist fc-list fc-match fc-pattern fc-query fc-scan fc-validate",
	/* freetype */ "freetype-config",
	/* gettext */
	"autopoint envsubst gettext gettext.sh gettextize msgattrib msgcat msgcmp msgcomm msgconv "
	"msgen msgexec msgfilter msgfmt msggrep msginit msgmerge msgunfmt msguniq ngettext "
	"recode-sr-latin xgettext",
	/* glib */
	"gapplication gdbus gdbus-codegen gio gio-querymodules glib-compile-resources "
	"glib-compile-schemas glib-genmarshal glib-gettextize glib-mkenums gobject-query gresource "
	"gsettings gtester gtester-report",
	/* gmp, gnutls and what they need */
	"asn1Coding asn1Decoding asn1Parser certtool gnutls-cli gnutls-cli-debug gnutls-serv "
	"nettle-hash nettle-lfib-stream nettle-pbkdf2 ocsptool p11tool pkcs1-conv psktool "
	"sexp-conv srptool",
	/* hdf5 */
	"gif2h5 h52gif h5c++ h5cc h5clear h5copy h5debug h5diff h5dump h5fc h5format_convert "
	"h5import h5jam h5ls h5mkgrp h5perf_serial h5redeploy h5repack h5repart h5stat h5unjam "
	"h5watch",
	/* icu */
	"derb genbrk gencfu gencnval gendict genccode gencmn gennorm2 genrb gensprep icu-config "
	"icuinfo icupkg makeconv pkgdata uconv",
	/* jpeg, jpeg-turbo */ "cjpeg djpeg jpegtran rdjpgcom tjbench wrjpgcom",
	/* krb5 */
	"compile_et gss-client gss-server k5srvutil kadmin kadmin.local kadmind kdb5_util kdestroy "
	"kinit klist kpasswd kprop kpropd kproplog krb5-config krb5-send-pr krb5kdc ksu kswitch "
	"ktutil kvno sclient sim_client sim_server sserver uuclient uuserver",
	/* libarchive */ "bsdcat bsdcpio bsdtar",
	/* libiconv */ "iconv",
	/* libpng */ "libpng-config libpng16-config png-fix-itxt pngfix",
	/* libsodium, libssh2, libidn2 */ "idn2",
	/* libtiff */
	"bmp2tiff fax2ps fax2tiff gif2tiff pal2rgb ppm2tiff ras2tiff raw2tiff rgb2ycbcr thumbnail "
	"tiff2bw tiff2pdf tiff2ps tiff2rgba tiffcmp tiffcp tiffcrop tiffdither tiffdump tiffgt "
	"tiffinfo tiffmedian tiffset tiffsplit",
	/* libwebp */ "cwebp dwebp gif2webp img2webp vwebp webpinfo webpmux",
	/* libxml2, libxslt */ "xml2-config xmlcatalog xmllint xslt-config xsltproc",
	/* lz4, zstd, brotli */
	"brotli lz4 lz4c lz4cat pzstd unlz4 unzstd zstd zstdcat zstdgrep zstdless zstdmt",
	/* ncurses */
	"captoinfo clear infocmp infotocap ncurses5-config ncurses6-config ncursesw5-config "
	"ncursesw6-config reset tabs tic toe tput tset",
	/* nghttp2 */ "deflatehd h2load inflatehd nghttp nghttpd nghttpx",
	/* openssl */ "c_rehash openssl",
	/* pcre, pcre2 */
	"pcre-config pcre2-config pcre2grep pcre2test pcregrep pcretest",
	/* pixman, pango, harfbuzz */
	"hb-ot-shape-closure hb-shape hb-subset hb-view pango-list pango-querymodules pango-view",
	/* protobuf */ "protoc",
	/* qt */
	"assistant canbusutil designer fixqt4headers.pl lconvert linguist lrelease lupdate moc "
	"pixeltool qcollectiongenerator qdbus qdbuscpp2xml qdbusviewer qdbusxml2cpp qdoc "
	"qhelpconverter qhelpgenerator qlalr qmake qml qmleasing qmlimportscanner qmllint qmlmin "
	"qmlplugindump qmlprofiler qmlscene qmltestrunner qtdiag qtpaths qtplugininfo rcc "
	"repc syncqt.pl uic xmlpatterns xmlpatternsvalidator",
	/* readline and libedit have none; sqlite */ "sqlite3 sqlite3_analyzer",
	/* tk */ "tclsh tclsh8.5 tclsh8.6 wish wish8.5 wish8.6",
	/* unixodbc */ "dltest isql iusql odbc_config odbcinst slencheck",
	/* xz */
	"lzcat lzcmp lzdiff lzegrep lzfgrep lzgrep lzless lzma lzmadec lzmainfo lzmore unlzma unxz "
	"xz xzcat xzcmp xzdec xzdiff xzegrep xzfgrep xzgrep xzless xzmore",
};

bool
shim_is_condas(const char *name)
{
	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++) {
		struct str rest = str_from(packages[i]);
		struct str word;

		while (str_word(&rest, &word))
			if (str_eq_text(word, name))
				return true;
	}
	return false;
}
