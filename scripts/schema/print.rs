//! Prints the JSON Schema of the policy format and the description of what TypeScript shares with the crate, for `npm run schema`.

fn main() {
    println!("{{ \"policy\": {}, \"shared\": {} }}", chainpin::policy_schema(), chainpin::description());
}
