# Makes of nginx.conf, as compose.yaml uses it, the one of a Debian without containers:
#
#   sed --file deploy/nginx.debian.sed deploy/nginx.conf >/etc/nginx/nginx.conf
#
# Access copies can be read by nobody but the program's own user.
1i user archive;
s|/tmp/nginx.pid|/run/nginx.pid|
/_temp_path/d
s|/dev/stderr|/var/log/nginx/error.log|
s|/dev/stdout|/var/log/nginx/access.log|
s|web:8000|127.0.0.1:8000|
s|8080 default_server|80 default_server|
s|8443 ssl|443 ssl|
s|/etc/nginx/tls/|/etc/oralhistory/tls/|
s|/srv/access/|/srv/oralhistory/access/|
