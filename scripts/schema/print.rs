//! Prints the JSON Schema of the policy format, for `npm run schema`.

fn main() {
    println!("{}", chainpin::policy_schema());
}
