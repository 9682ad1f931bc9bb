# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A real web server with TLS and HTTP/2 on loopback, with an authority of its own.
#
#	nginx_start DIR		serve DIR/www; sets NGINX_PORT and NGINX_CA
#	nginx_stop DIR
#
# More lines for its `server` block may be in DIR/server.conf. The port is the same
# each time it is started in DIR.

nginx_certificate() {
	local d=$1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Test CA" \
		-keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
		-keyout "$d/key.pem" -out "$d/csr.pem" 2>/dev/null
	printf 'subjectAltName=DNS:localhost' >"$d/ext"
	openssl x509 -req -in "$d/csr.pem" -CA "$d/ca.pem" -CAkey "$d/ca.key" -CAcreateserial -days 2 \
		-extfile "$d/ext" -out "$d/cert.pem" 2>/dev/null
}

nginx_configure() {
	local d=$1
	cat >"$d/nginx.conf" <<-END
		$([ "$(id -u)" -ne 0 ] || echo "user root;")
		daemon off;
		pid $d/pid;
		error_log $d/error.log;
		events {}
		http {
			access_log $d/access.log;
			sendfile on;
			client_body_temp_path $d; proxy_temp_path $d; fastcgi_temp_path $d;
			uwsgi_temp_path $d; scgi_temp_path $d;
			server {
				listen 127.0.0.1:$NGINX_PORT ssl http2;
				ssl_certificate $d/cert.pem;
				ssl_certificate_key $d/key.pem;
				root $d/www;
				$(cat "$d/server.conf" 2>/dev/null)
			}
		}
	END
}

nginx_start() {
	local d=$1
	mkdir -p "$d/www"
	NGINX_CA=$d/ca.pem
	[ -s "$d/cert.pem" ] || nginx_certificate "$d"
	if [ -s "$d/port" ]; then
		read -r NGINX_PORT <"$d/port"
	else
		NGINX_PORT=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
		echo "$NGINX_PORT" >"$d/port"
	fi
	export NGINX_PORT NGINX_CA
	nginx_configure "$d"
	PATH=$PATH:/usr/sbin:/usr/local/sbin nginx -c "$d/nginx.conf" -e "$d/error.log" 3>&- &
	echo $! >"$d/nginx.pid"
	for _ in $(seq 100); do
		(: <"/dev/tcp/127.0.0.1/$NGINX_PORT") 2>/dev/null && return
		sleep 0.05
	done
	cat "$d/error.log"
	return 1
}

nginx_stop() {
	[ -s "$1/nginx.pid" ] || return 0
	kill "$(cat "$1/nginx.pid")" 2>/dev/null
	wait "$(cat "$1/nginx.pid")" 2>/dev/null
	rm -f "$1/nginx.pid"
}
