package rules

const vpc = `
desired:
  vpc: {aws: ec2/VPC, with: {region: us-east-1, cidrBlock: 10.0.0.0/16}}
`

var schemaExamples = map[string]example{
	"schema-known-kind": {vpc, map[string]breakage{
		"AnotherKind": {"desired: {bus: {aws: mq/Broker, with: {region: us-east-1}}}", "bus is a mq.aws.m.upbound.io/v1beta1, Kind=Broker"},
	}},
	"schema-crd": {vpc, map[string]breakage{
		"UnknownField": {"desired: {vpc: {with: {cidrBlok: 10.0.0.0/16}}}", "vpc spec.forProvider.cidrBlok: unknown field"},
		"WrongType":    {"desired: {vpc: {with: {enableDnsSupport: 'yes'}}}", "vpc spec.forProvider.enableDnsSupport: Invalid value"},
		"Missing":      {"desired: {vpc: {with: {region: null}}}", "vpc spec.forProvider.region: Required value"},
	}},
	"schema-required": {`
desired:
  listener-internal:
    aws: elbv2/LBListener
    with:
      region: us-east-1
      loadBalancerArnRef: {name: shop-alb-internal}
      defaultAction: [{type: forward, targetGroupArnRef: {name: shop-targetgroup-backend}}]
  flowlog-60: {aws: ec2/FlowLog, with: {region: us-east-1, vpcIdRef: {name: shop-vpc}}}
  role-task: {aws: iam/Role, external: shop-807061-ecsTaskRole, with: {assumeRolePolicy: '{}'}}
  metricfilter-backend-errors:
    aws: cloudwatchlogs/MetricFilter
    external: shop-807061-backend-errors
    with:
      region: us-east-1
      pattern: ERROR
      logGroupNameRef: {name: shop-loggroup-backend}
      metricTransformation: {name: Errors, namespace: Kasha, value: '1'}
  selection:
    aws: backup/Selection
    with: {region: us-east-1, name: database, planIdSelector: {matchLabels: {a: b}}, iamRoleArn: 'arn:aws:iam::111122223333:role/backup'}
`, map[string]breakage{
		"NoReference":    {"desired: {listener-internal: {with: {loadBalancerArnRef: null}}}", "listener-internal lacks loadBalancerArn, which"},
		"EmptyValue":     {"desired: {listener-internal: {with: {loadBalancerArnRef: null, loadBalancerArn: ''}}}", "listener-internal lacks loadBalancerArn, which"},
		"InABlock":       {"desired: {listener-internal: {with: {defaultAction: [{targetGroupArn: a}]}}}", "listener-internal lacks defaultAction.type, which"},
		"NoBlock":        {"desired: {listener-internal: {with: {defaultAction: []}}}", "listener-internal lacks defaultAction, which"},
		"InASingleBlock": {"desired: {metricfilter-backend-errors: {with: {metricTransformation: {value: null}}}}", "metricfilter-backend-errors lacks metricTransformation.value, which"},
		"NoName":         {"desired: {metricfilter-backend-errors: {external: null}}", "metricfilter-backend-errors lacks name, which"},
		"NoSelector":     {"desired: {selection: {with: {planIdSelector: null}}}", "selection lacks planId, which"},
	}},
	"schema-no-status": {vpc, map[string]breakage{
		"Status":     {"desired: {vpc: {status: {}}}", "vpc has a status"},
		"Unresolved": {"desired: {vpc: {with: {tags: {of: ⟦vpc#id⟧}}}}", "vpc has a value that was never resolved"},
	}},
	"schema-no-reference-in-atomic-list": {`
desired:
  listener-internal: {aws: elbv2/LBListener, with: {defaultAction: [{type: forward, targetGroupArnRef: {name: shop-targetgroup}}]}}
  alb-internal: {aws: elbv2/LB, with: {subnetRefs: [{name: shop-subnet-backend-a}]}}
`, map[string]breakage{
		"InAnAtomicList": {
			"desired: {listenerrule: {aws: elbv2/LBListenerRule, with: {action: [{type: forward, targetGroupArnRef: {name: shop-targetgroup}}]}}}",
			"listenerrule has the reference action[].targetGroupArnRef below an atomic list",
		},
	}},
	"schema-references-resolve": {`
desired:
  vpc: {aws: ec2/VPC, with: {region: us-east-1}}
  igw: {aws: ec2/InternetGateway, with: {vpcIdRef: {name: shop-vpc}}}
  alb-internal: {aws: elbv2/LB, with: {securityGroupRefs: [{name: shop-igw}]}}
  db-primary: {aws: rds/Instance, with: {passwordSecretRef: {name: shop-db-primary-password-g1}}}
`, map[string]breakage{
		"One":     {"desired: {igw: {with: {vpcIdRef: {name: shop-vpd}}}}", `igw refers to "shop-vpd", which is not composed`},
		"OfAList": {"desired: {alb-internal: {with: {securityGroupRefs: [{name: shop-sg}]}}}", `alb-internal refers to "shop-sg", which is not composed`},
	}},
}
