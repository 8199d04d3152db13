import{b as r}from"./shared-ZXBM3SQD.js";export{r as draw};
