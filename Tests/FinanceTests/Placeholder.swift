import Finance
