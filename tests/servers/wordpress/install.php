<?php
// Installs WordPress into an empty database and prints what opens each account: "name:application password" a line.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('WORDPRESS_HOME'), PHP_URL_HOST) . ':' . parse_url(getenv('WORDPRESS_HOME'), PHP_URL_PORT);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('The Harbour Post', 'admin', 'admin@example.test', true, '', 'Correct-horse-1');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules();
switch_theme('twentytwentyone');
foreach (['comments_notify', 'moderation_notify'] as $mail) {
    update_option($mail, 0);
}
foreach (['admin' => 'administrator', 'edith' => 'editor', 'amy' => 'author', 'carl' => 'contributor', 'rita' => 'subscriber'] as $name => $role) {
    $user = get_user_by('login', $name);
    $id = $user ? $user->ID : wp_insert_user(['user_login' => $name, 'user_pass' => 'x', 'user_email' => "$name@example.test", 'display_name' => ucfirst($name), 'role' => $role]);
    echo "$name:", WP_Application_Passwords::create_new_application_password($id, ['name' => 'countersign'])[0], "\n";
}
