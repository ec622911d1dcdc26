package rules

var nameExamples = map[string]example{
	"name-of-object": {vpc, map[string]breakage{
		"AnotherName": {"desired: {vpc: {metadata: {name: vpc}}}", `vpc is named "vpc", want "shop-vpc"`},
	}},
	"name-keys-do-not-meet": {`
desired:
  sg-db: {aws: ec2/SecurityGroup}
  db: {aws: rds/Instance}
`, map[string]breakage{
		"OneKind": {"desired: {db: {aws: ec2/SecurityGroup}}", "sg-db ends in the key db of its kind"},
	}},
	"name-in-aws": {`
desired:
  alb-internal: {aws: elbv2/LB, with: {name: shop-807061-internal}}
  role-task: {aws: iam/Role, external: shop-807061-ecsTaskRole}
`, map[string]breakage{
		"TooLong":     {"desired: {alb-internal: {with: {name: shop-807061-internal-load-balancer}}}", `alb-internal has the name "shop-807061-internal-load-balancer"`},
		"HyphenAtEnd": {"desired: {alb-internal: {with: {name: shop-807061-}}}", `alb-internal has the name "shop-807061-"`},
		"NoName":      {"desired: {role-task: {external: null}}", `role-task has the name ""`},
	}},
	"name-tags": {`
desired:
  vpc: {aws: ec2/VPC, with: {tags: {Name: shop-807061-vpc, kasha.io/claim: shop, kasha.io/namespace: team-shop, kasha.io/stack: shop-807061}}}
  route-public: {aws: ec2/Route}
  subnet-data-a: {aws: ec2/Subnet, policies: [Observe]}
`, map[string]breakage{
		"NoTags":       {"desired: {vpc: {with: {tags: null}}}", `vpc has the tag Name=""`},
		"AnotherStack": {"desired: {vpc: {with: {tags: {kasha.io/stack: shop-000000}}}}", `vpc has the tag kasha.io/stack="shop-000000", want "shop-807061"`},
	}},
}
