"""How robust a share is: alternatives, self-selection, item nonresponse."""
