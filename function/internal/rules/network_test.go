package rules

var networkExamples = map[string]example{
	"network-placement": {`
desired:
  subnet-public-a: {aws: ec2/Subnet}
  subnet-frontend-a: {aws: ec2/Subnet}
  subnet-backend-a: {aws: ec2/Subnet, at: {id: subnet-0b}}
  subnet-data-a: {aws: ec2/Subnet}
  subnet-data-b: {aws: ec2/Subnet}
  sg-rotation: {aws: ec2/SecurityGroup, at: {id: sg-0r}}
  alb-public: {aws: elbv2/LB, with: {internal: false, subnetRefs: [{name: shop-subnet-public-a}], securityGroupRefs: [{name: shop-sg-alb-https}, {name: shop-sg-alb}]}}
  service-frontend: {aws: ecs/Service, with: {networkConfiguration: {subnetRefs: [{name: shop-subnet-frontend-a}], securityGroupRefs: [{name: shop-sg-frontend}]}}}
  subnetgroup-data: {aws: rds/SubnetGroup, external: shop-807061-data, with: {subnetIdRefs: [{name: shop-subnet-data-a}, {name: shop-subnet-data-b}]}}
  db-primary: {aws: rds/Instance, with: {publiclyAccessible: false, dbSubnetGroupNameRef: {name: shop-subnetgroup-data}, vpcSecurityGroupIdRefs: [{name: shop-sg-db}]}}
  db-replica-1: {aws: rds/Instance, with: {publiclyAccessible: false, dbSubnetGroupName: shop-807061-data, vpcSecurityGroupIdRefs: [{name: shop-sg-db}]}}
  nat-a: {aws: ec2/NATGateway, with: {connectivityType: public, subnetIdRef: {name: shop-subnet-public-a}}}
  rotation-application: {aws: serverlessrepo/CloudFormationStack, with: {parameters: {vpcSubnetIds: subnet-0b, vpcSecurityGroupIds: sg-0r}}}
`, map[string]breakage{
		"PublicDatabase":  {"desired: {subnetgroup-data: {with: {subnetIdRefs: [{name: shop-subnet-public-a}, {name: shop-subnet-data-b}]}}}", "subnetgroup-data is in the subnets"},
		"OneZone":         {"desired: {subnetgroup-data: {with: {subnetIdRefs: [{name: shop-subnet-data-a}]}}}", "subnetgroup-data is in the subnets"},
		"OtherGroup":      {"desired: {db-primary: {with: {vpcSecurityGroupIdRefs: [{name: shop-sg-backend}]}}}", `db-primary has the security groups "sg-backend", want "sg-db"`},
		"NoGroup":         {"desired: {db-primary: {with: {vpcSecurityGroupIdRefs: null}}}", `db-primary has the security groups "", want "sg-db"`},
		"OtherSubnetList": {"desired: {db-replica-1: {with: {dbSubnetGroupName: default}}}", "db-replica-1 is in the subnets"},
		"TasksInData":     {"desired: {service-frontend: {with: {networkConfiguration: {subnetRefs: [{name: shop-subnet-data-a}]}}}}", "service-frontend is in the subnets"},
		"Internal":        {"desired: {alb-public: {with: {internal: true}}}", `alb-public has internal "true", want "false"`},
		"PrivateNAT":      {"desired: {nat-a: {with: {subnetIdRef: {name: shop-subnet-backend-a}}}}", "nat-a is in the subnets [subnet-backend-a]"},
		"RotationInData":  {"desired: {rotation-application: {with: {parameters: {vpcSubnetIds: subnet-0d}}}}", "rotation-application is in the subnets [?subnet-0d]"},
		"UnknownService":  {"desired: {service-worker: {aws: ecs/Service}}", "service-worker is not in the table of places"},
	}},
	"network-paths": {`
claim: {frontend: {port: 8080}, backend: {port: 9000}}
desired:
  sg-alb: {aws: ec2/SecurityGroup}
  sg-frontend: {aws: ec2/SecurityGroup}
  in: {aws: ec2/SecurityGroupRule, with: {type: ingress, protocol: tcp, fromPort: 80, toPort: 80, prefixListIds: [pl-1], securityGroupIdRef: {name: shop-sg-alb}}}
  a: {aws: ec2/SecurityGroupRule, with: {type: egress, protocol: tcp, fromPort: 8080, toPort: 8080, securityGroupIdRef: {name: shop-sg-alb}, sourceSecurityGroupIdRef: {name: shop-sg-frontend}}}
  b: {aws: ec2/SecurityGroupRule, with: {type: ingress, protocol: tcp, fromPort: 8080, toPort: 8080, securityGroupIdRef: {name: shop-sg-frontend}, sourceSecurityGroupIdRef: {name: shop-sg-alb}}}
  out: {aws: ec2/SecurityGroupRule, with: {type: egress, protocol: tcp, fromPort: 443, toPort: 443, cidrBlocks: [0.0.0.0/0], securityGroupIdRef: {name: shop-sg-frontend}}}
`, map[string]breakage{
		"AnotherPort":    {"desired: {b: {with: {fromPort: 22, toPort: 22}}}", "b opens a path that nobody needs: sg-alb to sg-frontend on 22"},
		"ManyPorts":      {"desired: {b: {with: {fromPort: 0}}}", "b opens a path that nobody needs"},
		"AllProtocols":   {"desired: {b: {with: {protocol: '-1'}}}", "b opens a path that nobody needs"},
		"AnotherGroup":   {"desired: {b: {with: {sourceSecurityGroupIdRef: {name: shop-sg-db}}}}", "b opens a path that nobody needs: sg-db to sg-frontend"},
		"Turned":         {"desired: {a: {with: {type: ingress}}}", "a opens a path that nobody needs: sg-frontend to sg-alb"},
		"OneEnd":         {"desired: {a: null}", "sg-frontend is open at one end only: from sg-alb on 8080"},
		"Missing":        {"desired: {a: null, b: null}", "sg-frontend cannot be reached from sg-alb on 8080"},
		"NoWayOut":       {"desired: {out: null}", "internet cannot be reached from sg-frontend on 443"},
		"NoEntrance":     {"desired: {in: null}", "sg-alb cannot be reached from cloudfront on 80"},
		"WorldInsteadOf": {"desired: {in: {with: {prefixListIds: null, cidrBlocks: [0.0.0.0/0]}}}", "in opens a path that nobody needs: addresses to sg-alb"},
	}},
	"network-no-open-ingress": {`
desired:
  sgrule-in: {aws: ec2/SecurityGroupRule, with: {type: ingress, prefixListIds: [pl-1]}}
  sgrule-out: {aws: ec2/SecurityGroupRule, with: {type: egress, cidrBlocks: [0.0.0.0/0]}}
  db-primary: {aws: rds/Instance, with: {publiclyAccessible: false}}
`, map[string]breakage{
		"Addresses":   {"desired: {sgrule-in: {with: {cidrBlocks: [203.0.113.0/24]}}}", "sgrule-in lets addresses in"},
		"IPv6":        {"desired: {sgrule-in: {with: {ipv6CidrBlocks: ['::/0']}}}", "sgrule-in lets addresses in"},
		"PublicThing": {"desired: {db-primary: {with: {publiclyAccessible: true}}}", "db-primary is publicly accessible"},
	}},
	"network-no-public-addresses": {`
desired:
  subnet-public-a: {aws: ec2/Subnet, with: {mapPublicIpOnLaunch: false}}
  service-backend: {aws: ecs/Service, with: {networkConfiguration: {assignPublicIp: false}}}
`, map[string]breakage{
		"Subnet":   {"desired: {subnet-public-a: {with: {mapPublicIpOnLaunch: true}}}", "subnet-public-a gives out public addresses"},
		"Default":  {"desired: {subnet-public-a: {with: {mapPublicIpOnLaunch: null}}}", "subnet-public-a gives out public addresses"},
		"TheTasks": {"desired: {service-backend: {with: {networkConfiguration: {assignPublicIp: true}}}}", "service-backend gives its tasks public addresses"},
	}},
	"network-routes": {`
desired:
  nat-a: {aws: ec2/NATGateway, at: {id: nat-0a}}
  nat-b: {aws: ec2/NATGateway, at: {id: nat-0b}}
  route-public: {aws: ec2/Route, with: {destinationCidrBlock: 0.0.0.0/0, gatewayIdRef: {name: shop-igw}, routeTableIdRef: {name: shop-routetable-public}}}
  route-private-a: {aws: ec2/Route, with: {destinationCidrBlock: 0.0.0.0/0, natGatewayId: nat-0a, routeTableIdRef: {name: shop-routetable-private-a}}}
  association-data: {aws: ec2/RouteTableAssociation, with: {subnetIdRef: {name: shop-subnet-data-a}, routeTableIdRef: {name: shop-routetable-data}}}
  association-backend: {aws: ec2/RouteTableAssociation, with: {subnetIdRef: {name: shop-subnet-backend-a}, routeTableIdRef: {name: shop-routetable-private-a}}}
  endpoint-s3-private-a: {aws: ec2/VPCEndpointRouteTableAssociation, with: {routeTableIdRef: {name: shop-routetable-private-a}}}
`, map[string]breakage{
		"DataRoute":     {"desired: {route-private-a: {with: {routeTableIdRef: {name: shop-routetable-data}}}}", `route-private-a sends 0.0.0.0/0 of routetable-data to "nat-a"`},
		"PrivateIsOpen": {"desired: {route-private-a: {with: {natGatewayId: null, gatewayIdRef: {name: shop-igw}}}}", `route-private-a sends 0.0.0.0/0 of routetable-private-a to "igw"`},
		"AnotherZone":   {"desired: {route-private-a: {with: {natGatewayId: nat-0b}}}", `route-private-a sends 0.0.0.0/0 of routetable-private-a to "nat-b"`},
		"DataIsPublic":  {"desired: {association-data: {with: {routeTableIdRef: {name: shop-routetable-public}}}}", "association-data gives subnet-data-a the routes of routetable-public"},
		"OtherZone":     {"desired: {association-backend: {with: {routeTableIdRef: {name: shop-routetable-private-b}}}}", "association-backend gives subnet-backend-a the routes of routetable-private-b"},
		"DataToS3":      {"desired: {endpoint-s3-private-a: {with: {routeTableIdRef: {name: shop-routetable-data}}}}", "endpoint-s3-private-a gives routetable-data a way to the endpoint"},
	}},
	"network-origin-header": {`
desired:
  targetgroup-frontend: {aws: elbv2/LBTargetGroup, at: {arn: 'arn:frontend'}}
  listener-public: {aws: elbv2/LBListener, with: {defaultAction: [{type: fixed-response, fixedResponse: {statusCode: '403'}}]}}
  listenerrule-public-origin:
    aws: elbv2/LBListenerRule
    with:
      listenerArnRef: {name: shop-listener-public}
      condition: [{httpHeader: {httpHeaderName: X-Origin, values: [0123456789abcdef0123456789abcdef]}}]
      action: [{type: forward, targetGroupArn: 'arn:frontend'}]
  distribution: {aws: cloudfront/Distribution, with: {origin: [{customHeader: [{name: X-Origin, value: 0123456789abcdef0123456789abcdef}]}]}}
`, map[string]breakage{
		"ForwardsAll":   {"desired: {listener-public: {with: {defaultAction: [{type: forward}]}}}", "listener-public lets anybody in by default"},
		"SaysYes":       {"desired: {listener-public: {with: {defaultAction: [{type: fixed-response, fixedResponse: {statusCode: '200'}}]}}}", "listener-public lets anybody in by default"},
		"NoCondition":   {"desired: {listenerrule-public-origin: {with: {condition: [{pathPattern: {values: ['*']}}]}}}", "listenerrule-public-origin wants a header that can be guessed"},
		"ShortHeader":   {"desired: {listenerrule-public-origin: {with: {condition: [{httpHeader: {httpHeaderName: X-Origin, values: [yes]}}]}}}", "listenerrule-public-origin wants a header that can be guessed"},
		"OtherHeader":   {"desired: {distribution: {with: {origin: [{customHeader: [{name: X-Origin, value: another}]}]}}}", "listenerrule-public-origin wants another header"},
		"AnotherTarget": {"desired: {listenerrule-public-origin: {with: {action: [{type: forward, targetGroupArn: 'arn:backend'}]}}}", "listenerrule-public-origin does not forward to the frontend"},
		"OtherListener": {"desired: {listenerrule-public-origin: {with: {listenerArnRef: {name: shop-listener-internal}}}}", "listenerrule-public-origin is not a rule of listener-public"},
	}},
	"network-default-group": {`
desired:
  sg-default: {aws: ec2/DefaultSecurityGroup, with: {region: us-east-1}}
`, map[string]breakage{
		"Missing": {"desired: {sg-default: null}", "sg-default is not composed"},
		"Allows":  {"desired: {sg-default: {with: {ingress: [{self: true}]}}}", "sg-default allows something"},
	}},
}
