#!/bin/sh
# A WordPress of the distribution with a MariaDB of its own, both thrown away when this program's input ends.
# serve.sh FOLDER PORT PROGRAM TEMPLATE: FOLDER is made and removed; PROGRAM is the package's folder; TEMPLATE keeps the
# installed database for the next start.
set -eu
folder=$1 port=$2 program=$3 template=$4
here=$(dirname "$(readlink -f "$0")")
me=$(id -un)
export WORDPRESS_SOCKET="$folder/s.sock" WORDPRESS_HOME="http://127.0.0.1:$port"
PATH="$PATH:/usr/sbin"
mkdir "$folder"
cd "$folder"
php= database=
trap 'kill -9 $database 2>/dev/null; [ -z "$php" ] || kill -- "-$php" 2>/dev/null; cd /; rm -rf "$folder"' EXIT

start_database() {
  mariadbd --no-defaults --user="$me" --datadir="$folder/my" --socket="$folder/s.sock" --skip-networking --skip-name-resolve --skip-log-bin \
    --innodb-buffer-pool-size=64M --innodb-log-file-size=8M --innodb-flush-log-at-trx-commit=0 --performance-schema=off >database.log 2>&1 &
  database=$!
  tries=0
  until mariadb-admin --no-defaults -S s.sock -u root ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { cat database.log >&2; exit 1; }
    sleep 0.1
  done
}

cp -rL "$program" site
rm -f site/wp-config.php
cp "$here/wp-config.php" site/
[ ! -d "$template" ] || cp -r "$template/my" my
[ -d my ] || mariadb-install-db --no-defaults --user="$me" --datadir="$folder/my" --auth-root-authentication-method=normal --skip-test-db --innodb-log-file-size=8M >log 2>&1 || { cat log >&2; exit 1; }
start_database

if [ ! -d "$template" ]; then
  mariadb --no-defaults -S s.sock -u root -e 'create database wordpress character set utf8mb4'
  php -d sendmail_path=/bin/true "$here/install.php" "$folder/site" >accounts
  mariadb-admin --no-defaults -S s.sock -u root shutdown
  wait $database || true
  # Whoever makes it first at the same moment is the first.
  mkdir -p "$template.$$"
  cp -r my accounts "$template.$$/"
  mv -T "$template.$$" "$template" 2>/dev/null || rm -rf "$template.$$"
  start_database
else
  cp "$template/accounts" accounts
fi

# Its workers outlive their parent, so they are a group of their own.
PHP_CLI_SERVER_WORKERS=4 setsid php -d opcache.enable_cli=1 -d sendmail_path=/bin/true -S "127.0.0.1:$port" -t site >php.log 2>&1 &
php=$!
echo ready
sed 's/^/account /' accounts
cat >/dev/null
